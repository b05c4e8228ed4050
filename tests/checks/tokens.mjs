// C++ text as tokens, enough to tell blocks, lambdas and brace initialisers apart. No preprocessor, no templates.

// Comments, literals and directives blanked out, lines kept.
export function blank_literals(text) {
    const blank = (part) => part.replace(/[^\n]/g, ' ');
    return text.replace(
        /\/\/[^\n]*|\/\*[\s\S]*?\*\/|R"([^()\\\s]{0,16})\([\s\S]*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'|^[ \t]*#(?:\\\n|[^\n])*/gm,
        (part) => (/^["'R]/.test(part) ? '0' + blank(part.slice(1)) : blank(part)),
    );
}

// `kind` of a brace token: block, lambda or init; `scope`: a namespace's or type's block; `captures` of a lambda: the
// text between its brackets; `match`: the index of the bracket that closes or opens it.
export function tokens_of(text) {
    const tokens = [...blank_literals(text).matchAll(/[A-Za-z_]\w*|\d[\w.']*|::|->|\[\[|\]\]|\S/g)].map((match) => ({
        text: match[0],
        offset: match.index,
    }));
    match_brackets(tokens);
    mark_lambdas(tokens);
    mark_braces(tokens);
    return tokens;
}

function match_brackets(tokens) {
    const open = [];
    // `]]` also ends two subscripts; then nothing matches it and the two brackets stay open, which harms nobody.
    const closes = { ')': '(', ']': '[', '}': '{', ']]': '[[' };
    tokens.forEach((token, i) => {
        if (['(', '[', '{', '[['].includes(token.text)) open.push(i);
        const opener = closes[token.text];
        if (!opener) return;
        const at = open.findLastIndex((j) => tokens[j].text === opener);
        if (at < 0) return;
        token.match = open[at];
        tokens[open[at]].match = i;
        open.length = at;
    });
}

// `[captures] (parameters) specifiers -> type {`: the brace becomes a lambda's.
function mark_lambdas(tokens) {
    tokens.forEach((token, i) => {
        if (token.text !== '[' || token.match === undefined) return;
        const before = tokens[i - 1]?.text ?? ';';
        if (/^(\w+|\)|\])$/.test(before) && !/^(co_)?(return|await|yield)$/.test(before)) return;
        let at = token.match + 1;
        if (tokens[at]?.text === '(') at = (tokens[at].match ?? at) + 1;
        while (tokens[at] && !/^[{;,)]$/.test(tokens[at].text)) ++at;
        if (tokens[at]?.text !== '{') return;
        tokens[at].kind = 'lambda';
        tokens[at].captures = tokens.slice(i + 1, token.match).map(({ text }) => text).join(' ');
    });
}

function mark_braces(tokens) {
    const enclosing = [];
    let start = 0; // of the statement
    tokens.forEach((token, i) => {
        if (token.text === '{') {
            const statement = tokens.slice(start, i).map(({ text }) => text);
            token.scope = token.kind !== 'lambda' && opens_scope(statement);
            token.kind ??= enclosing.at(-1) !== 'init' && opens_block(statement, token.scope) ? 'block' : 'init';
            enclosing.push(token.kind);
        }
        if (token.text === '}') {
            token.kind = token.match === undefined ? 'block' : tokens[token.match].kind;
            enclosing.pop();
        }
        if (token.text === ';' || (/[{}]/.test(token.text) && token.kind !== 'init')) start = i + 1;
    });
}

// A namespace or a type.
function opens_scope(statement) {
    const plain = statement.join(' ').replace(/\b(alignas|requires) \([^{]*?\)(?= [A-Za-z])/g, '');
    const head = plain.replace(/\btemplate <.*> (?=class|struct|union)/, '');
    return /(^|\s)(class|struct|union|enum|namespace|extern)\b[^(=]*$/.test(head);
}

// A block of statements or a scope, not a brace initialiser. `Class(int a) : a_{a} {` ends with an initialiser.
function opens_block(statement, is_scope) {
    const before = statement.at(-1) ?? ';';
    if (is_scope || /^[;:)}]$/.test(before)) return true;
    if (/^(do|else|try|const|noexcept|override|final|mutable)$/.test(before)) return true;
    if (statement.includes('=')) return false;
    if (statement.includes('requires')) return true;
    return /^(\)|const|noexcept)$/.test(statement[statement.indexOf('->') - 1]); // `f() const -> Type {`
}
