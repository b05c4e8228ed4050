// Values for a JSON Schema, made by fast-check: such that fit, and such that nearly do.
import fc from 'fast-check';

const blanks = [...'\u0009\u000a\u0020\u0085\u00a0\u1680\u2000\u200b\u2028\u202f\u205f\u3000\ufeff'];
const odd = [...'\u0000\u0001\u001f\u007f\u0080\u200d\ufffd😀é…Ω"\\/<&\'%@.-_A0'];
const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789-');
const anyCharacter = fc.oneof(
    { weight: 6, arbitrary: letter },
    { weight: 2, arbitrary: fc.constantFrom(...blanks) },
    { weight: 2, arbitrary: fc.constantFrom(...odd) },
    // Whole code points only: half a surrogate pair is no Unicode text.
    { weight: 1, arbitrary: fc.integer({ min: 0x80, max: 0x10ffff }).filter((c) => c < 0xd800 || c > 0xdfff).map((c) => String.fromCodePoint(c)) },
);

const textOf = (character, length) => length.chain((n) => fc.array(character, { minLength: n, maxLength: n })).map((cs) => cs.join(''));

function lengths({ minLength: min = 0, maxLength: max = 20 }) {
    const near = [0, 1, min - 1, min, min + 1, max - 1, max, max + 1].filter((n) => n >= 0);
    return fc.oneof(fc.constantFrom(...near), fc.integer({ min, max: Math.min(max, 40) }));
}

// Most of them fit, all are texts.
function text(schema) {
    const email = fc
        .tuple(textOf(letter, fc.integer({ min: 1, max: 20 })), textOf(letter, fc.integer({ min: 1, max: 20 })))
        .map(([name, host]) => `${name}@${host}`);
    const plain = textOf(letter, lengths(schema));
    const wild = textOf(anyCharacter, lengths(schema));
    return schema.pattern?.includes('@') ? fc.oneof(email, wild) : fc.oneof(plain, plain, wild);
}

const safe = Number.MAX_SAFE_INTEGER;

function integer({ minimum = 0, maximum = safe }) {
    const near = [minimum - 1, minimum, minimum + 1, maximum - 1, maximum, 0, 1, -1, 1.5, 1e3].filter((n) => Math.abs(n) <= safe);
    return fc.oneof(fc.constantFrom(...near), fc.integer({ min: 0, max: 1000 }));
}

// JSON of any kind; numbers within what every client can hold.
const anyJson = fc.letrec((tie) => ({
    value: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.constantFrom(null, true, false, 0, -7, 2.5, 1e-7, 1e21),
        textOf(anyCharacter, fc.integer({ min: 0, max: 8 })),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(textOf(anyCharacter, fc.integer({ min: 1, max: 6 })).filter((k) => k !== '__proto__'), tie('value'), { maxKeys: 3 }),
    ),
}));

const wrongType = fc.constantFrom(null, true, 0, 1.5, '', 'x', [], {}, ['x'], { a: 1 });

// Values that fit `schema` or miss it in one of the ways in which a body can be wrong.
export function valuesFor(contract, schema) {
    const resolved = contract.resolve(schema);
    const right = fitting(contract, resolved);
    return fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: wrongType });
}

function fitting(contract, schema) {
    if (schema.type === 'string') return text(schema);
    if (schema.type === 'integer') return integer(schema);
    if (schema.type === 'boolean') return fc.boolean();
    if (schema.type === 'object' && schema.properties !== undefined) return object(contract, schema);
    if (schema.type === 'object') {
        return fc.oneof(
            fc.dictionary(textOf(anyCharacter, fc.integer({ min: 1, max: 6 })).filter((k) => k !== '__proto__'), anyJson.value, { maxKeys: 4 }),
            fc.constantFrom({ fill: 'x'.repeat(4085) }, { fill: 'x'.repeat(4086) }, { a: [1, { b: 'é' }] }),
        );
    }
    throw new Error(`no values for ${JSON.stringify(schema)}`);
}

// Members that are required are seldom missing, others often; sometimes there is one too many.
function object(contract, schema) {
    const members = Object.entries(schema.properties).map(([name, member]) =>
        fc
            .tuple(fc.integer({ min: 0, max: 19 }), valuesFor(contract, member))
            .map(([dice, value]) => (dice < (schema.required?.includes(name) ? 1 : 8) ? undefined : [name, value])),
    );
    const extra = fc.integer({ min: 0, max: 19 }).map((dice) => (dice === 0 ? ['role', 'admin'] : undefined));
    return fc.tuple(...members, extra).map((entries) => Object.fromEntries(entries.filter((entry) => entry !== undefined)));
}
