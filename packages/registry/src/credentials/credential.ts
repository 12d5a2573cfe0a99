/** Proof of who we are to one registry. */
export type Credential =
  | { readonly username: string; readonly password: string }
  | { readonly username: string; readonly identityToken: string };

/** A credential for each registry host in use, and where it came from, for messages. */
export interface Credentials {
  readonly source: string;
  readonly byHost: ReadonlyMap<string, Credential>;
}

/** No credentials at all: a registry that asks for none. */
export const anonymous: Credentials = { source: 'nowhere', byHost: new Map() };

/** Where push credentials are to be had. */
export type CredentialSource =
  /** A config.json, a legacy .dockercfg, or a folder with one of them; also Jenkins' file binding. */
  | { readonly kind: 'file'; readonly path: string }
  /** A user name and a password for every hub, from variables of the environment. */
  | { readonly kind: 'environment'; readonly username: string; readonly password: string }
  /** The text of a config.json, from DOCKER_AUTH_CONFIG. */
  | { readonly kind: 'json'; readonly text: string }
  /**
   * Users of registries that belong to a session, by host; `others` is for all other hosts. A host without a
   * user may require none.
   */
  | {
      readonly kind: 'session';
      readonly users: Readonly<Record<string, { username: string; password: string } | undefined>>;
      readonly others: CredentialSource;
    }
  | { readonly kind: 'none' };

/**
 * The texts of every credential that must never be shown. An `auth` field counts separately: a Kubernetes
 * pull secret contains it in base64 once more.
 */
export function secretsOf({ byHost }: Credentials): string[] {
  return [...byHost.values()].flatMap((credential) =>
    'password' in credential ? [credential.password, basicAuth(credential)] : [credential.identityToken],
  );
}

/** The base64 text of an `auth` field or a Basic header. */
export function basicAuth({ username, password }: { username: string; password: string }): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}
