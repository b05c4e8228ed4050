// Includes follow the layers (docs/ARCHITECTURE.md): a folder of src/ includes only folders above it, the domain
// knows no HTTP and no sockets, Asio stays in its folders, and a folder's CMakeLists.txt names what it includes.
import { line_of, run_check } from './check.mjs';

const layers = [
    'core', 'metrics', 'schema', 'net', 'db', 'http', 'ws', 'pubsub', 'channels', 'presence',
    'auth', 'accounts', 'rooms', 'messages', 'contract', 'api', 'gateway', 'bench', 'cli',
];
const domain = ['presence', 'auth', 'accounts', 'rooms', 'messages'];
const below_domain = ['core', 'metrics', 'schema', 'net', 'db', 'pubsub'];
const may_include_asio = ['net'];

// tests/support/ is for tests.
function is_test(path) {
    return /_(pg)?test\.cpp$/.test(path);
}

function may_include(folder, other) {
    if (folder === other) return true;
    if (domain.includes(folder) && !domain.includes(other)) return below_domain.includes(other);
    return layers.indexOf(other) < layers.indexOf(folder);
}

function includes_of(text) {
    return [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]/gm)].map((match) => ({
        line: line_of(text, match.index),
        ours: match[1] === '"',
        name: match[2],
    }));
}

function judge_include(folder, path, { ours, name }) {
    if (!ours) {
        if (name.startsWith('boost/asio') && !may_include_asio.includes(folder))
            return `${folder}/ includes Asio; only ${may_include_asio.join(', ')} may`;
        return null;
    }
    if (is_test(path) && name.startsWith('support/')) return null;
    const other = name.includes('/') ? name.split('/')[0] : null;
    if (!layers.includes(other)) return `"${name}" does not begin with a folder of src/`;
    if (!may_include(folder, other)) return `${folder}/ may not include ${other}/`;
    return null;
}

// DEPENDS must be what is included: no less, or it builds by luck; no more, or it says nothing.
function judge_depends(folder, files, included) {
    const path = `src/${folder}/CMakeLists.txt`;
    const text = (files.get(path) ?? '').replace(/#.*/g, '');
    const call = text.match(/roost_folder\(\s*([^)]*)\)/);
    if (!call) return [{ path, message: `no roost_folder(${folder} …)` }];
    const words = call[1].trim().split(/\s+/);
    const named = [];
    for (const word of words.slice(words.indexOf('DEPENDS') + 1 || words.length)) {
        if (/^(PRIVATE_)?LIBRARIES$/.test(word)) break;
        named.push(word);
    }
    // In the order of the layers, so that a list reads the same everywhere.
    const needed = layers.filter((layer) => included.has(layer));
    if (needed.join() === named.join()) return [];
    return [{ path, message: `DEPENDS is "${named.join(' ')}", the includes are "${needed.join(' ')}"` }];
}

function find(files) {
    const findings = [];
    const included = new Map();
    for (const [path, text] of files) {
        const folder = path.match(/^src\/([^/]+)\/.*\.[ch]pp$/)?.[1];
        if (!folder) continue;
        if (!layers.includes(folder)) findings.push({ path, message: `src/${folder} is not in the list of layers` });
        if (!included.has(folder)) included.set(folder, new Set());
        for (const include of includes_of(text)) {
            const message = judge_include(folder, path, include);
            if (message) findings.push({ path, line: include.line, message });
            else if (include.ours) included.get(folder).add(include.name.split('/')[0]);
        }
    }
    for (const [folder, others] of included) {
        others.delete(folder);
        findings.push(...judge_depends(folder, files, others));
    }
    return findings;
}

const cmake = { 'src/rooms/CMakeLists.txt': 'roost_folder(rooms DEPENDS core db LIBRARIES x)' };
run_check({
    find,
    flags: [
        {
            name: 'a layer that includes one below it',
            files: { 'src/core/a.hpp': '#include "net/core.hpp"\n' },
            says: 'core/ may not include net/',
        },
        {
            name: 'a domain folder that includes HTTP',
            files: { ...cmake, 'src/rooms/a.cpp': '#include "http/router.hpp"\n' },
            says: 'rooms/ may not include http/',
        },
        {
            name: 'Asio in a domain folder',
            files: { ...cmake, 'src/rooms/a.cpp': '#include <boost/asio/post.hpp>\n' },
            says: 'rooms/ includes Asio',
        },
        {
            name: 'an include without its folder',
            files: { ...cmake, 'src/rooms/a.cpp': '#include "rooms.hpp"\n' },
            says: 'does not begin with a folder',
        },
        {
            name: 'a dependency that is included and not named',
            files: { ...cmake, 'src/rooms/a.cpp': '#include "core/ids.hpp"\n#include "auth/a.hpp"\n#include "db/a.hpp"\n' },
            says: 'the includes are "core db auth"',
        },
        {
            name: 'a dependency that is named and not included',
            files: { ...cmake, 'src/rooms/a.cpp': '#include "core/ids.hpp"\n' },
            says: 'the includes are "core"',
        },
        {
            name: 'support for tests in the server',
            files: { ...cmake, 'src/rooms/a.cpp': '#include "support/cluster.hpp"\n' },
            says: 'does not begin with a folder',
        },
        {
            name: 'a folder that is no layer',
            files: { 'src/stuff/a.cpp': '' },
            says: 'not in the list of layers',
        },
    ],
    accepts: [
        {
            name: 'support for tests in a test',
            files: { ...cmake, 'src/rooms/a_pgtest.cpp': '#include "core/a.hpp"\n#include "db/a.hpp"\n#include "support/cluster.hpp"\n' },
        },
        {
            name: 'includes that follow the layers',
            files: { ...cmake, 'src/rooms/a.cpp': '#include "rooms/a.hpp"\n#include "core/ids.hpp"\n#include "db/a.hpp"\n' },
        },
    ],
});
