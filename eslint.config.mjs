import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Forbids imports by regular expressions of their paths. One call a group of files: a later one replaces an earlier. */
function imports(...forbidden) {
  return { 'no-restricted-imports': ['error', { patterns: forbidden }] };
}

const beyondLib = { regex: '/(nodes|local|bench|test)/', message: 'lib stands on nothing but lib.' };
const beyondForest = {
  regex: '^\\.\\./',
  message: 'The forest is published by itself: it imports nothing of ours.',
};
const anotherNode = {
  regex: '^\\.\\./(?!\\.\\./lib/)',
  message: 'A node imports lib and its own folder: what two nodes share belongs into lib.',
};

export default tseslint.config(
  // assembly/ is AssemblyScript, whose compiler checks it.
  { ignores: ['dist/', 'node_modules/', '.local/', 'assembly/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: ['./tsconfig.json', './tsconfig.editor.json'] } },
    rules: {
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowArray: true }],
      // Typed arrays are read at indexes that the algorithm knows to be there, millions of times a second.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Arrow functions of one call return what it returns, also when that is nothing.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // It takes what was true before an await for true after it, such as that a signal is not aborted.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // It takes away the types that `String` and the clients' own declarations are told.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      // What an async function throws is a rejection, also where it awaits nothing.
      '@typescript-eslint/require-await': 'off',
      // `() => void count++` says that nothing is returned.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // Objects of functions are taken apart; those have no `this`.
      '@typescript-eslint/unbound-method': 'off',
      // Texts are spread to count the characters that people see, which is what the rule warns of.
      '@typescript-eslint/no-misused-spread': 'off',
      // Node-RED's registry calls the module as a function, so a node's index.ts ends in `export =`.
      '@typescript-eslint/no-require-imports': 'off',
    },
  },
  { files: ['lib/**'], rules: imports(beyondLib) },
  { files: ['lib/random-cut-forest/*'], rules: imports(beyondForest) },
  {
    files: ['lib/random-cut-forest/upgrades/*'],
    rules: imports({ ...beyondForest, regex: '^\\.\\./\\.\\./' }),
  },
  { files: ['nodes/**'], rules: imports(anotherNode) },
  {
    files: ['scripts/**', 'local/**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
