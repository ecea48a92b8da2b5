// A service on npm's openid-client: pushes its request, binds its tokens by DPoP.
// Reads {issuer, client_id, redirect, jwk} as its argument; prints the address to visit, reads the
// address it comes back to from standard input, prints what it learnt.
import * as client from 'openid-client'
import { createInterface } from 'node:readline'

const given = JSON.parse(process.argv[2])
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
const key = await crypto.subtle.importKey('jwk', given.jwk, algorithm, false, ['sign'])
const config = await client.discovery(
  new URL(given.issuer), given.client_id, undefined,
  client.PrivateKeyJwt({ key, kid: given.jwk.kid }), { execute: [client.allowInsecureRequests] })
const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
const verifier = client.randomPKCECodeVerifier()
const state = client.randomState()
const nonce = client.randomNonce()
const to = await client.buildAuthorizationUrlWithPAR(config, {
  redirect_uri: given.redirect, scope: 'openid profile offline_access', state, nonce,
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
}, { DPoP })
console.log(to.href)

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const back = new URL((await lines.next()).value)
const tokens = await client.authorizationCodeGrant(config, back, {
  pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true,
}, undefined, { DPoP })
const claims = tokens.claims()
const about = await client.fetchUserInfo(config, tokens.access_token, claims.sub, { DPoP })
const fresh = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP })
await client.tokenRevocation(config, fresh.refresh_token)
const after = await client.tokenIntrospection(config, fresh.access_token)
console.log(JSON.stringify({ type: tokens.token_type, claims, about, active: after.active }))
process.exit(0)
