import svelte from 'eslint-plugin-svelte'
import tseslint from 'typescript-eslint'

/** Only what a reader would ask for and the compiler does not see. How code looks is in `test/architecture`. */
export default tseslint.config(
  { ignores: ['**/node_modules/**', 'dist/**', 'data/**', 'demo-data/**', '**/*.d.ts', 'test/e2e/shots/**'] },
  {
    files: ['**/*.{ts,js,mjs}'],
    extends: [tseslint.configs.recommended],
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/no-explicit-any': 'off', // where one stands is a test's business
      '@typescript-eslint/no-empty-object-type': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', prefer: 'type-imports', disallowTypeAnnotations: false }],
      'no-console': 'off',
      'no-debugger': 'error', 'no-eval': 'error', 'no-implied-eval': 'error', 'no-new-func': 'error', 'no-var': 'error', 'prefer-const': 'error', 'eqeqeq': 'error',
      'no-self-compare': 'error', 'no-template-curly-in-string': 'error', 'no-constant-binary-expression': 'error',
      'no-promise-executor-return': 'off', 'no-return-assign': 'off', 'array-callback-return': ['error', { allowImplicit: false }],
      'no-duplicate-imports': 'off', 'no-throw-literal': 'error', 'no-fallthrough': 'error', 'no-shadow-restricted-names': 'error',
    },
  },
  {
    // A promise that nobody waits for loses its error: worth the types that it takes to see it.
    files: ['api/**/*.ts', 'adapters/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: { '@typescript-eslint/no-floating-promises': 'error', '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }], '@typescript-eslint/await-thenable': 'error' },
  },
  {
    // What an answer depends on is handed in.
    files: ['domain/**/*.ts', 'projections/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'console', 'fetch', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'crypto'],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now' }, { object: 'Math', property: 'random' }],
      'no-restricted-syntax': ['error', 'NewExpression[callee.name="Date"][arguments.length=0]'],
      'no-param-reassign': ['error', { props: true, ignorePropertyModificationsFor: ['counts', 'total'] }],
    },
  },
  ...svelte.configs.recommended.map((config) => ({ ...config, files: config.files ?? ['ui/**/*.svelte', 'ui/**/*.svelte.ts'] })),
  {
    files: ['ui/**/*.svelte', 'ui/**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.svelte'] } },
    rules: {
      'svelte/require-each-key': 'error', 'svelte/prefer-svelte-reactivity': 'off', // a map made and read in one breath needs no signals
      'svelte/no-at-html-tags': 'error', 'svelte/button-has-type': 'off', 'no-undef': 'off', 'no-unused-vars': 'off',
    },
  },
)
