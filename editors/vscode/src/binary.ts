import * as path from "node:path";

/** The environment for the search. */
export interface Machine {
  env: Record<string, string | undefined>;
  home: string;
  platform: string;
  /** Reports whether a path is an executable file. */
  isProgram(file: string): boolean;
}

/** The path of the program, or why it was not found. */
export type Found = { program: string } | { problem: string };

/**
 * find looks for imagelint: at the path in the settings, else on the PATH and where `go install` puts it. It never searches the open folder, whose
 * content is untrusted; but a relative path in the settings is relative to that folder.
 */
export function find(setting: string, folder: string | undefined, m: Machine): Found {
  const paths = m.platform === "win32" ? path.win32 : path.posix;
  if (setting !== "") {
    let file = setting === "~" || setting.startsWith("~/") ? paths.join(m.home, setting.slice(1)) : setting;
    if (!paths.isAbsolute(file) && folder !== undefined) {
      file = paths.join(folder, file);
    }
    if (paths.isAbsolute(file) && m.isProgram(file)) {
      return { program: file };
    }
    return { problem: `the setting imagelint.path is ${JSON.stringify(setting)}, which is not a program` };
  }
  const names = m.platform === "win32" ? ["imagelint.exe"] : ["imagelint"];
  for (const dir of folders(m, paths)) {
    for (const name of names) {
      const file = paths.join(dir, name);
      if (m.isProgram(file)) {
        return { program: file };
      }
    }
  }
  return { problem: "imagelint is not on the PATH: install it, or set imagelint.path" };
}

function folders(m: Machine, paths: path.PlatformPath): string[] {
  const list = (m.env["PATH"] ?? m.env["Path"] ?? "").split(paths.delimiter);
  if (m.env["GOBIN"]) {
    list.push(m.env["GOBIN"]);
  }
  for (const dir of (m.env["GOPATH"] ?? paths.join(m.home, "go")).split(paths.delimiter)) {
    list.push(paths.join(dir, "bin"));
  }
  return list.filter((dir) => paths.isAbsolute(dir)); // a relative one would refer to the open folder
}
