#include "auth/public_key.hpp"

#include "auth/access_token.hpp"
#include "auth/jwt_fixture.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <fstream>

namespace roost::auth {

using namespace testing;

namespace {

class KeyDirectory {
public:
    KeyDirectory() {
        std::string path = std::filesystem::temp_directory_path() / "roost-keys-XXXXXX";
        if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("no directory");
        path_ = path;
    }
    ~KeyDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    KeyDirectory(const KeyDirectory&) = delete;
    KeyDirectory& operator=(const KeyDirectory&) = delete;

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name) << text;
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    // What is said of a directory with this one file, called bad.pem.
    [[nodiscard]] std::string complaint(const std::string& text) const {
        write("bad.pem", text);
        try {
            read_public_keys(path_);
        } catch (const std::runtime_error& error) {
            CHECK(std::string(error.what()).starts_with((path_ / "bad.pem").string() + ": "));
            return std::string(error.what()).substr((path_ / "bad.pem").string().size() + 2);
        }
        return "";
    }

private:
    std::filesystem::path path_;
};

}  // namespace

TEST_CASE("keys are read by the names of their files, and verify what was signed with them") {
    const KeyDirectory directory;
    const auto rsa = Signer::rsa();
    const auto ec = Signer::ec();
    directory.write("b.2024.pem", rsa.public_pem());
    directory.write("a.pem", "A comment.\n" + ec.public_pem() + "\nmore\n");
    directory.write("README", "not a key");
    directory.write("c.pem.bak", "not a key");
    auto keys = read_public_keys(directory.path());
    REQUIRE(keys.size() == 2);
    CHECK(keys[0].kid == "a");
    CHECK(keys[0].algorithm == KeyAlgorithm::es256);
    CHECK(keys[0].pem == ec.public_pem());
    CHECK(keys[1].kid == "b.2024");
    CHECK(keys[1].algorithm == KeyAlgorithm::rs256);

    const AccessTokens tokens(
        TokenOptions{.secret = secret, .old_secrets = {}, .public_keys = std::move(keys)});
    CHECK(tokens.verify(ec.token(R"({"alg":"ES256","kid":"a"})", claims()), now).has_value());
    CHECK(tokens.verify(rsa.token(R"({"alg":"RS256","kid":"b.2024"})", claims()), now).has_value());
}

TEST_CASE("a key that is too weak, of another kind or on another curve is refused by its file's name") {
    const KeyDirectory directory;
    const std::string wanted = "must be an RSA key of at least 2048 bits or an EC key on P-256";
    CHECK(directory.complaint(Signer::rsa(1024).public_pem()) == wanted);
    CHECK(directory.complaint(Signer::ec("P-384").public_pem()) == wanted);
    CHECK(directory.complaint(Signer::ec("secp256k1").public_pem()) == wanted);
    CHECK(directory.complaint(Signer::ed25519().public_pem()) == wanted);
    CHECK(directory.complaint(Signer::rsa(2048).public_pem()).empty());
}

TEST_CASE("a file that holds no public key is refused by its name") {
    const KeyDirectory directory;
    const std::string none = "holds no public key in PEM (\"BEGIN PUBLIC KEY\")";
    CHECK(directory.complaint("some text") == none);
    CHECK(directory.complaint(Signer::ec().private_pem()) == none);
    CHECK(directory.complaint(Signer::ec().public_pem().substr(0, 100)) == none);
    CHECK(directory.complaint("") == "cannot be read, or is empty");
    CHECK(directory.complaint(std::string(70'000, ' ') + Signer::ec().public_pem()) ==
          "is too large for a key");
}

TEST_CASE("a directory that is not there is an error, an empty one is not") {
    const KeyDirectory directory;
    CHECK(read_public_keys(directory.path()).empty());
    CHECK_THROWS_AS(read_public_keys(directory.path() / "none"), std::runtime_error);
    std::filesystem::create_directory(directory.path() / "x.pem");
    CHECK_THROWS_AS(read_public_keys(directory.path()), std::runtime_error);
}

}  // namespace roost::auth
