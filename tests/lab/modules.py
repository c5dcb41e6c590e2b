"""Small Go modules made in memory, with the files of the GOPROXY protocol and their h1 hashes."""

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property


def escape(text: str) -> str:
    """The escaped form of a module path or version: `!a` for `A`."""
    return re.sub("[A-Z]", lambda found: "!" + found[0].lower(), text)


def h1(files: Iterable[tuple[str, bytes]]) -> str:
    """The `h1:` hash over (name, content) pairs, as in golang.org/x/mod/sumdb/dirhash."""
    lines = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files))
    return "h1:" + base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()


@dataclass(frozen=True)
class Module:
    """One version of a module. `requires` maps paths to versions, `files` names to texts (none: a package is made)."""

    path: str
    version: str
    requires: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    go: str = "1.18"
    extra: str = ""
    declares: str = ""
    time: str = "2024-05-14T09:30:00Z"

    @cached_property
    def go_mod(self) -> bytes:
        """The .mod file. `declares` puts another path on its module line, `extra` adds lines (retract, replace)."""
        comment = "" if not self.extra.startswith("// Deprecated") else self.extra + "\n"
        text = f"{comment}module {self.declares or self.path}\n\ngo {self.go}\n"
        if self.requires:
            text += (
                "\nrequire (\n" + "".join(f"\t{path} {version}\n" for path, version in self.requires.items()) + ")\n"
            )
        if self.extra and not comment:
            text += f"\n{self.extra}\n"
        return text.encode()

    @cached_property
    def content(self) -> dict[str, bytes]:
        """Name within the module to bytes."""
        name = re.sub(
            r"^go-|-go$|\.v\d+$|^v\d+$", "", [p for p in self.path.split("/") if not re.fullmatch(r"v\d+", p)][-1]
        )
        name = re.sub(r"[^a-z0-9]", "", name.lower()) or "pkg"
        files = self.files or {
            f"{name}.go": f"package {name}\n\nconst Version = {json.dumps(self.version)}\n",
            "LICENSE": "Permission is hereby granted.\n",
            "README.md": f"# {name}\n",
        }
        return {**{name: text.encode() for name, text in files.items()}, "go.mod": self.go_mod}

    @cached_property
    def zip(self) -> bytes:
        """The .zip file."""
        return make_zip({f"{self.path}@{self.version}/{name}": data for name, data in self.content.items()})

    @cached_property
    def info(self) -> bytes:
        """The .info file."""
        return json.dumps({"Version": self.version, "Time": self.time}).encode()

    @cached_property
    def sum_lines(self) -> tuple[str, str]:
        """Both lines of go.sum, without line ends."""
        whole = h1((f"{self.path}@{self.version}/{name}", data) for name, data in self.content.items())
        return (
            f"{self.path} {self.version} {whole}",
            f"{self.path} {self.version}/go.mod {h1([('go.mod', self.go_mod)])}",
        )


def make_zip(files: Mapping[str, bytes]) -> bytes:
    """A zip with these names and contents, the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


class World:
    """The modules that exist, by path and version."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self._modules: dict[str, dict[str, Module]] = {}
        for module in modules:
            self.add(module)

    def add(self, module: Module) -> Module:
        """Adds or replaces one version."""
        self._modules.setdefault(module.path, {})[module.version] = module
        return module

    def copy(self) -> "World":
        """A world of its own with the same modules."""
        return World(module for versions in self._modules.values() for module in versions.values())

    def __iter__(self) -> Iterator[Module]:
        return (module for versions in self._modules.values() for module in versions.values())

    def get(self, path: str, version: str = "") -> Module:
        """One version, by default the last that was added. Raises KeyError."""
        versions = self._modules[path]
        return versions[version] if version else list(versions.values())[-1]

    def file(self, path: str) -> bytes | None:
        """What a proxy answers for a decoded path such as `/github.com/a/b/@v/v1.0.0.info`; None: not found."""
        name, separator, rest = path.strip("/").partition("/@")
        versions = {
            escape(v): m for v, m in self._modules.get(re.sub("!(.)", lambda c: c[1].upper(), name), {}).items()
        }
        if not separator or not versions:
            return None
        if rest == "v/list":
            return "".join(
                f"{m.version}\n" for m in versions.values() if not re.search(r"-\d{14}-", m.version)
            ).encode()
        if rest == "latest":
            return list(versions.values())[-1].info
        for ending, content in ((".info", "info"), (".mod", "go_mod"), (".zip", "zip")):
            module = versions.get(rest.removeprefix("v/").removesuffix(ending)) if rest.endswith(ending) else None
            if module is not None:
                return bytes(getattr(module, content))
        return None

    def closure(self, paths: Iterable[str]) -> list[Module]:
        """These modules (`path` or `path@version`) and all that they need, in go.mod order."""
        found: dict[str, Module] = {}
        waiting = list(paths)
        while waiting:
            path, _, version = waiting.pop().partition("@")
            if path not in found:
                found[path] = module = self.get(path, version)
                waiting += [f"{p}@{v}" for p, v in module.requires.items()]
        return [found[path] for path in sorted(found)]

    def go_mod(self, name: str, paths: Iterable[str], *, go: str = "1.21", extra: str = "") -> str:
        """A main module's go.mod that requires these and lists what they need as indirect."""
        direct = [path.partition("@")[0] for path in paths]
        lines = {m.path: f"\t{m.path} {m.version}" for m in self.closure(paths)}
        text = (
            f"module {name}\n\ngo {go}\n\nrequire (\n" + "".join(f"{lines[path]}\n" for path in sorted(direct)) + ")\n"
        )
        indirect = [f"{line} // indirect\n" for path, line in lines.items() if path not in direct]
        if indirect:
            text += "\nrequire (\n" + "".join(indirect) + ")\n"
        return text + (f"\n{extra}\n" if extra else "")

    def go_sum(self, paths: Iterable[str]) -> str:
        """A complete go.sum for that go.mod."""
        return "".join(f"{line}\n" for module in self.closure(paths) for line in module.sum_lines)
