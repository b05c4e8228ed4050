// The server's own OpenAPI document, as something to hold answers and bodies against.
import assert from 'node:assert/strict';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export class Contract {
    #ajv;
    #schemas = new Map();

    constructor(document) {
        this.document = document;
        this.#ajv = new Ajv2020({ strict: false, allErrors: true });
        addFormats(this.#ajv);
        // Our own keyword: bytes of UTF-8, of a text or of an object's JSON.
        this.#ajv.addKeyword({
            keyword: 'x-max-bytes',
            validate: (most, value) =>
                Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value)) <= most,
        });
        this.#ajv.addSchema({ $id: 'contract', components: document.components });
    }

    // {method, path, id, ...the operation}
    get operations() {
        return Object.entries(this.document.paths).flatMap(([path, methods]) =>
            Object.entries(methods).map(([method, operation]) => ({
                ...operation,
                id: operation.operationId,
                method: method.toUpperCase(),
                path,
            })),
        );
    }

    operation(id) {
        const found = this.operations.find((operation) => operation.id === id);
        assert.ok(found, `the operation ${id}`);
        return found;
    }

    // Why `value` does not fit, or nothing.
    faultsOf(schema, value) {
        const key = JSON.stringify(schema);
        if (!this.#schemas.has(key)) {
            const absolute = JSON.parse(key.replaceAll('"#/components/', '"contract#/components/'));
            this.#schemas.set(key, this.#ajv.compile(absolute));
        }
        const validate = this.#schemas.get(key);
        return validate(value) ? undefined : this.#ajv.errorsText(validate.errors);
    }

    // A schema without its references at the top.
    resolve(schema) {
        if (schema.$ref === undefined) return schema;
        const name = schema.$ref.split('/').at(-1);
        return this.resolve(this.document.components.schemas[name]);
    }

    // The answer's status, type, body and headers are what the operation's document says; nothing of it is
    // left to `default`.
    assertAnswer(operation, answer) {
        const what = `${operation.method} ${operation.path} → ${answer.status} ${answer.text}`;
        const documented = operation.responses[answer.status];
        assert.ok(documented, `an undocumented status: ${what}`);
        assert.ok(answer.headers.get('x-request-id'), what);
        if (documented.content === undefined) {
            assert.equal(answer.text, '', what);
            return;
        }
        const type = (answer.headers.get('content-type') ?? '').split(';')[0];
        const content = documented.content[type];
        assert.ok(content, `the undocumented type ${type}: ${what}`);
        const faults = this.faultsOf(this.#closed(content.schema), answer.body);
        assert.equal(faults, undefined, what);
        if (type === 'application/problem+json') {
            assert.ok(answer.body.code in content.examples, `an undocumented code: ${what}`);
        }
    }

    // Nothing beyond what is documented: the members that answers have are all described.
    #closed(schema) {
        const resolved = this.resolve(schema);
        if (resolved.type === 'array') return { ...resolved, items: this.#closed(resolved.items) };
        if (Object.keys(resolved.properties ?? {}).length === 0) return resolved;
        const properties = Object.fromEntries(
            Object.entries(resolved.properties).map(([name, member]) => [name, this.#closed(member)]),
        );
        return { ...resolved, properties, additionalProperties: false };
    }
}
