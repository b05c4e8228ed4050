// The repository speaks of the project alone: no path of one machine, no package registry's address in a lock
// file; and no file or folder is named for being left over.
import { basename } from 'node:path';
import { line_of, run_check } from './check.mjs';

const machine_path = /(?<![\w.~\/}:-])\/(?:home|Users|work|tmp\/w)\/\S*/g;
const resolved = /^\s*"resolved": .*/gm;
const empty_names = /(^|[_.-])(utils?|managers?|helpers?|common|misc)([_.-]|$)/;

function find(files) {
    const findings = [];
    for (const [path, text] of files) {
        for (const match of text.matchAll(machine_path))
            findings.push({ path, line: line_of(text, match.index), message: `the path of one machine: ${match[0]}` });
        if (basename(path) === 'package-lock.json')
            for (const match of text.matchAll(resolved))
                findings.push({ path, line: line_of(text, match.index), message: 'the address of a registry' });
        for (const name of path.split('/'))
            if (empty_names.test(name)) findings.push({ path, message: `"${name}" is no concept: name what it is` });
    }
    return findings;
}

const folder = (...names) => ['', ...names, 'x'].join('/');
run_check({
    find,
    flags: [
        { name: 'a home directory', files: { 'README.md': `in ${folder('home', 'ann')}` }, says: 'one machine' },
        { name: 'a build machine', files: { 'a.sh': `cd ${folder('work')}` }, says: 'one machine' },
        { name: 'a scratch directory', files: { 'a.sh': `"${folder('tmp', 'w')}"` }, says: 'one machine' },
        { name: 'a registry', files: { 'a/package-lock.json': '{\n  "resolved": "x"\n}' }, says: 'registry' },
        { name: 'a file of leftovers', files: { 'src/core/string_util.hpp': '' }, says: 'no concept' },
        { name: 'a folder of leftovers', files: { 'src/common/ids.hpp': '' }, says: 'no concept' },
    ],
    accepts: [
        { name: 'a system path', files: { 'script/a': '/var/lib/roost /tmp/roost ~/work/x' } },
        { name: 'a longer word', files: { 'docs/utility.md': '', 'src/core/commons.hpp': '' } },
    ],
});
