// What the checks of the sources share. A check is a function from files (a map from path to text) to findings;
// before it judges the repository it must flag every fixture it was written against, so that it cannot rot.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const not_ours = new Set(['.git', '.cache', 'build', 'node_modules']);

function repository_files() {
    const files = new Map();
    const visit = (folder) => {
        for (const entry of readdirSync(folder, { withFileTypes: true })) {
            if (not_ours.has(entry.name)) continue;
            const path = join(folder, entry.name);
            if (entry.isDirectory()) visit(path);
            else if (entry.isFile()) files.set(relative(root, path), readFileSync(path, 'utf8'));
        }
    };
    visit(root);
    return files;
}

export function is_cpp(path) {
    return /^(src|tests|bench)\/.*\.[ch]pp$/.test(path);
}

export function line_of(text, offset) {
    return text.slice(0, offset).split('\n').length;
}

// `find` gives findings, `{path, line, message}`. `flags` and `accepts` are fixtures: a name, files as an object
// from path to text and, in `flags`, a part of the message that must come.
export function run_check({ find, flags, accepts = [] }) {
    const failures = [];
    for (const { name, files, says } of flags) {
        const findings = find(new Map(Object.entries(files)));
        if (!findings.some(({ message }) => message.includes(says)))
            failures.push(`the check does not flag ${name}; it found ${JSON.stringify(findings)}`);
    }
    for (const { name, files } of accepts) {
        const findings = find(new Map(Object.entries(files)));
        if (findings.length > 0) failures.push(`the check flags ${name}: ${JSON.stringify(findings)}`);
    }
    for (const { path, line, message } of find(repository_files()))
        failures.push(line ? `${path}:${line}: ${message}` : `${path}: ${message}`);

    for (const failure of failures) console.log(failure);
    console.log(failures.length === 0 ? 'nothing found' : `${failures.length} found`);
    process.exitCode = failures.length === 0 ? 0 : 1;
}
