import { describe, expect, it } from 'vitest';
import { checkSettings } from './settings.ts';

const refusal = { code: 'SESSION_REQUEST_INVALID', exitCode: 2 };

describe('checkSettings', () => {
  it('accepts valid settings', () => {
    const certSans = ['acme.test', '*.acme.test', '10.0.0.1', 'fd00::1', 'localhost'];
    const registryMirrors = ['https://mirror.example', 'http://10.0.0.1:5000/'];
    const insecureRegistries = ['registry:5000', 'registry', '10.0.0.0/8', '10.0.0.1:5000', '[fd00::1]:5000'];
    expect(() => checkSettings({ certSans, registryMirrors, insecureRegistries }, true)).not.toThrow();
  });

  it.each([
    { certSans: ['acme test'] },
    { certSans: ['https://acme.test'] },
    { certSans: [''] },
    { registryMirrors: ['mirror.example'] },
    { registryMirrors: ['ftp://mirror.example'] },
    { insecureRegistries: ['http://registry:5000'] },
    { insecureRegistries: ['registry:5000/acme'] },
    { insecureRegistries: ['registry,other'] },
  ])('refuses %j', (settings) => {
    expect(() => checkSettings(settings, true)).toThrow(expect.objectContaining(refusal));
  });

  it('refuses an open Docker if certificates protect it, or if everybody would reach it', () => {
    expect(() => checkSettings({ publishDocker: true, dockerTls: true }, true)).toThrow(
      expect.objectContaining(refusal),
    );
    expect(() => checkSettings({ publishDocker: true }, false)).toThrow(expect.objectContaining(refusal));
    expect(() => checkSettings({ publishDocker: true }, true)).not.toThrow();
  });
});
