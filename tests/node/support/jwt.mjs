// Tokens made by hand, to offer the server forgeries of every kind.
import { constants, createHmac, sign as signWith } from 'node:crypto';

const hmac = (hash) => (text, secret) => createHmac(hash, secret).update(text).digest();
const asymmetric = (hash, options) => (text, key) => signWith(hash, Buffer.from(text), { key, ...options });
const algorithms = {
    HS256: hmac('sha256'),
    HS384: hmac('sha384'),
    HS512: hmac('sha512'),
    RS256: asymmetric('sha256'),
    RS512: asymmetric('sha512'),
    PS256: asymmetric('sha256', { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
    ES256: asymmetric('sha256', { dsaEncoding: 'ieee-p1363' }),
};
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());

export function read(token) {
    const [header, claims] = token.split('.');
    return { header: decode(header), claims: decode(claims) };
}

// Signs as `header.alg` says, with a secret or a private key; an unknown algorithm gets an empty signature.
export function sign(header, claims, key) {
    const text = `${encode(header)}.${encode(claims)}`;
    const signature = algorithms[header.alg]?.(text, key).toString('base64url') ?? '';
    return `${text}.${signature}`;
}
