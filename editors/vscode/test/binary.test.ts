import assert from "node:assert/strict";
import test from "node:test";
import { find, type Machine } from "../src/binary";

function machine(files: string[], more: Partial<Machine> = {}): Machine {
  return { env: { PATH: "/usr/bin:relative::/opt/bin" }, home: "/home/a", platform: "linux", isProgram: (file) => files.includes(file), ...more };
}

const cases: [name: string, setting: string, folder: string | undefined, machine: Machine, want: string | undefined][] = [
  ["first on the PATH", "", "/repo", machine(["/opt/bin/imagelint", "/usr/bin/imagelint"]), "/usr/bin/imagelint"],
  ["next on the PATH", "", "/repo", machine(["/opt/bin/imagelint"]), "/opt/bin/imagelint"],
  ["where go installs", "", undefined, machine(["/home/a/go/bin/imagelint"]), "/home/a/go/bin/imagelint"],
  ["GOBIN before GOPATH", "", undefined, machine(["/gobin/imagelint", "/gopath/bin/imagelint"], { env: { GOBIN: "/gobin", GOPATH: "/gopath" } }), "/gobin/imagelint"],
  ["GOPATH", "", undefined, machine(["/b/bin/imagelint"], { env: { GOPATH: "/a:/b" } }), "/b/bin/imagelint"],
  ["never in the folder that is open", "", "/repo", machine(["/repo/imagelint", "/repo/relative/imagelint", "relative/imagelint", "imagelint"]), undefined],
  ["nowhere", "", "/repo", machine([]), undefined],
  ["the setting goes first", "/mine/imagelint", "/repo", machine(["/mine/imagelint", "/usr/bin/imagelint"]), "/mine/imagelint"],
  ["a setting in the home folder", "~/bin/il", "/repo", machine(["/home/a/bin/il"]), "/home/a/bin/il"],
  ["a setting in the folder that is open", "tools/imagelint", "/repo", machine(["/repo/tools/imagelint"]), "/repo/tools/imagelint"],
  ["a relative setting without a folder", "tools/imagelint", undefined, machine(["tools/imagelint"]), undefined],
  ["a setting that is wrong hides no mistake", "/mine/imagelint", "/repo", machine(["/usr/bin/imagelint"]), undefined],
  [
    "Windows",
    "",
    "C:\\repo",
    machine(["D:\\tools\\imagelint.exe", "C:\\repo\\imagelint.exe"], { platform: "win32", home: "C:\\Users\\a", env: { Path: ".;C:\\Windows;D:\\tools" } }),
    "D:\\tools\\imagelint.exe",
  ],
];

for (const [name, setting, folder, m, want] of cases) {
  test(name, () => {
    const found = find(setting, folder, m);
    if (want === undefined) {
      assert.ok("problem" in found && found.problem.length > 0, JSON.stringify(found));
    } else {
      assert.deepEqual(found, { program: want });
    }
  });
}
