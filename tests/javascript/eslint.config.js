// What a reader trips over: names that nobody defines or uses, shadowed ones, comparisons that convert, several statements a line.

const BROWSER = [
  ..."Blob DecompressionStream Element Event HTMLElement ImageData KeyboardEvent MutationObserver".split(" "),
  ..."Response ResizeObserver URL cancelAnimationFrame clearInterval clearTimeout document fetch".split(" "),
  ..."getComputedStyle matchMedia requestAnimationFrame setInterval setTimeout window".split(" "),
];

export default [
  {
    files: ["**/*.js"],
    languageOptions: { globals: Object.fromEntries(BROWSER.map((name) => [name, "readonly"])) },
    rules: {
      "array-callback-return": "error",
      "consistent-return": "off",
      "dot-notation": "error",
      eqeqeq: "error",
      "max-params": ["error", 5],
      "max-statements-per-line": ["error", { max: 1 }],
      "no-cond-assign": "error",
      "no-constant-condition": "error",
      "no-dupe-keys": "error",
      "no-empty": "error",
      "no-eval": "error",
      "no-nested-ternary": "error",
      "no-redeclare": "error",
      "no-self-assign": "error",
      "no-sequences": "error",
      "no-undef": "error",
      "no-unreachable": "error",
      "no-unused-expressions": ["error", { allowShortCircuit: true, allowTernary: true }],
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-var": "error",
      "prefer-const": "error",
      "use-isnan": "error",
    },
  },
];
