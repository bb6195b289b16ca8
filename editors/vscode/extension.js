"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

async function start() {
  const settings = vscode.workspace.getConfiguration("elboVerify");
  const [command, ...args] = settings.get("command");
  const languages = settings.get("languages");
  client = new LanguageClient(
    "elboVerify",
    "elbo-verify",
    { command, args },
    {
      documentSelector: languages.flatMap((language) => [
        { scheme: "file", language },
        { scheme: "untitled", language },
      ]),
    },
  );
  try {
    await client.start();
  } catch {
    vscode.window.showErrorMessage(
      `elbo-verify: "${command}" doesn't start. It comes with: pip install 'elbo-verify[lsp]'. ` +
        "The setting elboVerify.command says where it is.",
    );
  }
}

async function stop() {
  await client?.stop().catch(() => {});
  client = undefined;
}

async function restart() {
  await stop();
  await start();
}

exports.activate = async (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand("elboVerify.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("elboVerify")) return restart();
    }),
  );
  await start();
};

exports.deactivate = stop;
