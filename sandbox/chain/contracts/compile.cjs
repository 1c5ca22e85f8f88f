// Compiles the Solidity given as standard JSON on stdin with the `solc` package found from the
// working directory, resolving imports beside this file and in its node_modules; prints the compiler's JSON.
const fs = require("fs");
const path = require("path");
const solc = require(require.resolve("solc", { paths: [process.cwd()] }));

const findImport = (name) => {
  try {
    const own = path.join(__dirname, name);
    const file = fs.existsSync(own) ? own : path.join(process.cwd(), "node_modules", name);
    return { contents: fs.readFileSync(file, "utf8") };
  } catch (error) {
    return { error: String(error) };
  }
};

process.stdout.write(solc.compile(fs.readFileSync(0, "utf8"), { import: findImport }));
