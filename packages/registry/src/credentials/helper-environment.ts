/**
 * The variables that credential helpers read: those of the desktop's stores, and those of the clouds (ECR,
 * Artifact Registry, ACR) as their SDKs document them. A CI worker passes its identity in these.
 */
export const helperVariables: readonly string[] = [
  ...['DBUS_SESSION_BUS_ADDRESS', 'PASSWORD_STORE_DIR', 'GNUPGHOME'],
  ...named('AWS', [
    ...['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'SESSION_TOKEN', 'PROFILE', 'DEFAULT_PROFILE'],
    ...['REGION', 'DEFAULT_REGION', 'CONFIG_FILE', 'SHARED_CREDENTIALS_FILE', 'SDK_LOAD_CONFIG', 'CA_BUNDLE'],
    ...['ROLE_ARN', 'ROLE_SESSION_NAME', 'WEB_IDENTITY_TOKEN_FILE', 'STS_REGIONAL_ENDPOINTS'],
    ...['CONTAINER_CREDENTIALS_RELATIVE_URI', 'CONTAINER_CREDENTIALS_FULL_URI'],
    ...['CONTAINER_AUTHORIZATION_TOKEN', 'CONTAINER_AUTHORIZATION_TOKEN_FILE'],
    ...['EC2_METADATA_DISABLED', 'EC2_METADATA_SERVICE_ENDPOINT', 'USE_FIPS_ENDPOINT', 'ENDPOINT_URL'],
    ...['ECR_CACHE_DIR', 'ECR_DISABLE_CACHE', 'ECR_IGNORE_CREDS_STORAGE'],
  ]),
  ...named('GOOGLE', ['APPLICATION_CREDENTIALS', 'CLOUD_PROJECT', 'EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES']),
  ...named('CLOUDSDK', [
    ...['CONFIG', 'ACTIVE_CONFIG_NAME', 'CORE_ACCOUNT', 'CORE_PROJECT', 'PYTHON'],
    ...['AUTH_ACCESS_TOKEN_FILE', 'AUTH_CREDENTIAL_FILE_OVERRIDE', 'AUTH_IMPERSONATE_SERVICE_ACCOUNT'],
  ]),
  ...named('AZURE', [
    ...['CLIENT_ID', 'CLIENT_SECRET', 'CLIENT_CERTIFICATE_PATH', 'CLIENT_CERTIFICATE_PASSWORD', 'TENANT_ID'],
    ...['FEDERATED_TOKEN_FILE', 'AUTHORITY_HOST', 'ENVIRONMENT', 'CONFIG_DIR', 'USERNAME', 'PASSWORD'],
  ]),
];

function named(prefix: string, names: readonly string[]): string[] {
  return names.map((name) => `${prefix}_${name}`);
}
