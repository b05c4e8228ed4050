// A file is one idea: at most 400 lines, and a function's body at most 60.
import { is_cpp, line_of, run_check } from './check.mjs';
import { tokens_of } from './tokens.mjs';

const file_limit = 400;
const function_limit = 60;
// Exceptions: the path and its reason.
const long_files = new Map([]);
const long_functions = new Map([]);

function is_written_by_hand(path) {
    return /^(src|tests|bench|script|cmake|\.ci)\//.test(path) && !path.endsWith('package-lock.json');
}

function long_functions_in(path, text) {
    const findings = [];
    const tokens = tokens_of(text);
    let inside = -1; // the end of the function that is being passed
    tokens.forEach((token, i) => {
        if (i <= inside || token.text !== '{' || token.kind !== 'block' || token.scope) return;
        if (token.match === undefined) return;
        inside = token.match;
        const line = line_of(text, token.offset);
        const lines = line_of(text, tokens[inside].offset) - line + 1;
        if (lines > function_limit)
            findings.push({ path, line, message: `a function of ${lines} lines: more than ${function_limit}` });
    });
    return findings;
}

function find(files) {
    const findings = [];
    for (const [path, text] of files) {
        if (!is_written_by_hand(path)) continue;
        const lines = text.split('\n').length - 1;
        if (lines > file_limit && !long_files.has(path))
            findings.push({ path, message: `${lines} lines: more than ${file_limit}. Is it one idea?` });
        if (is_cpp(path) && !long_functions.has(path)) findings.push(...long_functions_in(path, text));
    }
    return findings;
}

const in_file = (text) => ({ 'src/core/a.cpp': text });
const statements = (count) => 'f({1}, [] { return 1; });\n'.repeat(count);
run_check({
    find,
    flags: [
        { name: 'a long file', files: in_file('\n'.repeat(file_limit + 1)), says: '401 lines' },
        { name: 'a long function', files: in_file(`namespace a {\nint f() {\n${statements(59)}}\n}\n`), says: '61 lines' },
        {
            name: 'a long member',
            files: in_file(`template <class T>\nclass [[nodiscard]] A final : B<T> {\nauto f() const -> T {\n${statements(59)}}\n};\n`),
            says: '61 lines',
        },
        {
            name: 'a long constructor',
            files: in_file(`struct alignas(64) A {\nA(int a) : a_{a}, b_(a) {\n${statements(59)}}\n};\n`),
            says: '61 lines',
        },
    ],
    accepts: [
        { name: 'a file at the limit', files: in_file('\n'.repeat(file_limit)) },
        { name: 'functions at the limit', files: in_file(`namespace a {\n${`int f() {\n${statements(58)}}\n`.repeat(3)}}\n`) },
        { name: 'a long class', files: in_file(`struct A {\n${'int f() { return 1; }\n'.repeat(100)}};\n`) },
        { name: 'a long table', files: in_file(`constexpr std::array table{\n${'Row{1, 2},\n'.repeat(100)}};\n`) },
    ],
});
