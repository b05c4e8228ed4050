// What g++ 12 miscompiles, and what dangles: no brace, no lambda and no ternary in the statement of a `co_await`
// (a named local before it does), and no coroutine lambda with captures, which die with the lambda.
import { is_cpp, line_of, run_check } from './check.mjs';
import { tokens_of } from './tokens.mjs';

// From after the last statement, block or header (`if (…)`) to the `;` or the block that ends it.
function statement_around(tokens, at) {
    let start = at;
    while (start > 0) {
        const before = tokens[start - 1];
        if (before.text === ';' || (/^[{}]$/.test(before.text) && before.kind !== 'init')) {
            // The end of a lambda inside the statement.
            if (before.text === '}' && before.kind === 'lambda') {
                start = before.match;
                continue;
            }
            break;
        }
        if (before.text === ')' && /^(if|while|for|switch)$/.test(header_of(tokens, before))) break;
        --start;
    }
    let end = at;
    while (end < tokens.length) {
        const { text, kind, match } = tokens[end];
        if (text === ';' || (text === '{' && kind === 'block') || (text === '}' && kind !== 'init')) break;
        if (text === '{' && kind === 'lambda' && match !== undefined) end = match;
        ++end;
    }
    return tokens.slice(start, end);
}

// The keyword before the parenthesis that `closing` closes.
function header_of(tokens, closing) {
    if (closing.match === undefined) return '';
    const word = tokens[closing.match - 1]?.text ?? '';
    return word === 'constexpr' ? (tokens[closing.match - 2]?.text ?? '') : word;
}

function judge_await(statement) {
    if (statement.some(({ kind }) => kind === 'lambda')) return 'a lambda';
    if (statement.some(({ text }) => text === '{')) return 'a brace';
    if (statement.some(({ text }) => text === '?')) return 'a ternary';
    return null;
}

function find_in(path, text) {
    const findings = [];
    const tokens = tokens_of(text);
    const around = []; // blocks and lambdas that are open
    tokens.forEach((token, i) => {
        if (token.text === '{' && token.kind !== 'init') around.push(token);
        if (token.text === '}' && token.kind !== 'init') around.pop();
        if (!/^co_(await|return|yield)$/.test(token.text) || tokens[i - 1]?.text === 'operator') return;
        const line = line_of(text, token.offset);
        const what = token.text === 'co_await' && judge_await(statement_around(tokens, i));
        if (what) findings.push({ path, line, message: `${what} in the statement of a co_await: name it before` });
        const lambda = around.findLast(({ kind }) => kind === 'lambda');
        if (lambda?.captures && !lambda.reported) {
            lambda.reported = true;
            findings.push({ path, line, message: `a coroutine lambda captures [${lambda.captures}]` });
        }
    });
    return findings;
}

function find(files) {
    return [...files].filter(([path]) => is_cpp(path)).flatMap(([path, text]) => find_in(path, text));
}

const body = (code) => ({ 'src/core/a.cpp': `Task<int> A::f(int a) const {\n    ${code}\n}\n` });
run_check({
    find,
    flags: [
        { name: 'an aggregate', files: body('co_await log.append(Edited{id, 1});'), says: 'a brace' },
        { name: 'an aggregate beside it', files: body('f(Edited{1}, co_await g());'), says: 'a brace' },
        { name: 'a braced result', files: body('if (a) co_return Page{co_await g()};'), says: 'a brace' },
        { name: 'a lambda', files: body('co_return co_await call_on(c, [this] { return 1; });'), says: 'a lambda' },
        { name: 'a lambda before it', files: body('f([] { return 1; }, co_await g());'), says: 'a lambda' },
        { name: 'a ternary', files: body('const auto x = a ? co_await f() : 0;'), says: 'a ternary' },
        { name: 'a brace in a condition', files: body('if (co_await f({})) { g(); }'), says: 'a brace' },
        {
            name: 'a brace inside a lambda',
            files: body('spawn([](int a) -> Task<void> { co_await f(X{a}); });'),
            says: 'a brace',
        },
        {
            name: 'a capturing coroutine',
            files: body('auto run = [this, &a]() -> Task<void> { if (a) { co_await f(); } };'),
            says: 'captures [this , & a]',
        },
    ],
    accepts: [
        { name: 'a named aggregate', files: body('const Edited e{id}; co_await f(e); g(E{1});') },
        { name: 'blocks around', files: body('if (a) { co_await f(); } else { co_await g(); }\nfor (auto x : co_await f()) { g(x); }') },
        { name: 'a header before', files: body('if (a ? b : c) co_await f();\nif (x == X{1}) co_return co_await f();') },
        { name: 'comments and literals', files: body("co_await f(\"{?\", '{', 1'000); // { [x] {} ?\nR\"({)\";") },
        { name: 'an array', files: body('co_await cores[a[0]].f(); [[maybe_unused]] auto x = co_await f();') },
        { name: 'the operator', files: { 'src/core/a.hpp': 'struct A { B operator co_await() const { return B{h}; } };' } },
        { name: 'a lambda without captures', files: body('auto run = [](int a) -> Task<void> { co_await f(a); };') },
        {
            name: 'functions of every shape',
            files: {
                'src/core/a.cpp':
                    'A::A(int a) : a_{a}, b_(B{a}) { co_await f(); }\nauto f() -> Task<void> { co_await g(); }\n' +
                    'struct C final : D<int> { int x{}; Task<void> h() noexcept { co_await g(); } };\n' +
                    'namespace a::b { enum class E { x }; Task<void> k() { switch (a) { case 1: { co_await g(); } } } }',
            },
        },
    ],
});
