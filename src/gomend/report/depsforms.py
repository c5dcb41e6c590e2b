"""A build list in the forms of others: Markdown, CycloneDX 1.6, Graphviz."""

import json
from hashlib import sha256
from urllib.parse import quote

from gomend.report.deps import Deps, deserves_a_look, has_trouble, newest_cell, notes
from gomend.report.depspage import html
from gomend.texts import text


def report(document: Deps, form: str, lang: str) -> str:
    """The document as markdown or html. Raises ValueError for another form of `render.FORMATS`."""
    if form == "markdown":
        return markdown(document, lang)
    if form == "html":
        return html(document, lang)
    raise ValueError(form)


def markdown(document: Deps, lang: str) -> str:
    """A table for an issue or a job's summary: the direct modules, and those others that deserve a look."""
    columns = ("module", "version", "newest", "role", "notes")
    rows = [[text(lang, f"deps.column/{name}") for name in columns], ["---"] * len(columns)]
    for one in document.modules:
        if one.role == "direct" or deserves_a_look(one):
            said = " · ".join(notes(one, lang, document.local_go))
            mark = "✗ " if has_trouble(one) else "! " if deserves_a_look(one) else ""
            role = text(lang, f"deps.role/{one.role}")
            rows.append([f"{mark}{_code(one.module)}", _code(one.version), newest_cell(one), role, _escaped(said)])
    head = ", ".join(map(_code, document.mains))
    return f"### {head}\n\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _code(words: str) -> str:
    return f"`{words.replace('`', '')}`"


def _escaped(words: str) -> str:
    for sign in "\\`*_[]<>|":
        words = words.replace(sign, f"\\{sign}")
    return words.replace("\n", " ")


def cyclonedx(document: Deps) -> str:
    """A software bill of materials (CycloneDX 1.6, JSON): every module whose packages are needed.

    It says nothing of the time or the machine, so that the same build list gives the same bytes. What replaces a module
    is what is used, so it is what is listed. Source: https://cyclonedx.org/docs/1.6/json/, package-url (golang).
    """
    needed = [one for one in document.modules if one.role != "graph"]
    refs = {one.module: _purl(one.module, one.version) for one in needed}
    components = []
    for one in needed:
        component: dict[str, object] = {
            "type": "library",
            "bom-ref": refs[one.module],
            "name": one.module,
            "version": one.version,
            "purl": refs[one.module],
            "scope": "required",
        }
        told = {"role": one.role, "replaced_by": one.replaced_by, "deprecated": one.deprecated}
        properties = [{"name": f"gomend:{name}", "value": value} for name, value in told.items() if value]
        if one.retracted is not None:
            properties.append({"name": "gomend:retracted", "value": one.retracted or "yes"})
        components.append(component | {"properties": properties})
    main = document.mains[0] if document.mains else ""
    edges = [
        {"ref": refs[one.module], "dependsOn": sorted({refs[name] for name in one.requires if name in refs})}
        for one in needed
    ]
    root = sorted(refs[one.module] for one in needed if one.role == "direct")
    body: dict[str, object] = {
        "metadata": {
            "component": {"type": "application", "bom-ref": _purl(main, ""), "name": main, "purl": _purl(main, "")},
            "tools": {"components": [{"type": "application", "name": "gomend"}]},
        },
        "components": components,
        "dependencies": [{"ref": _purl(main, ""), "dependsOn": root}, *edges],
    }
    digest = sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    serial = f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
    document_head = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
    }
    return json.dumps(document_head | body, indent=2, ensure_ascii=False) + "\n"


def _purl(module: str, version: str) -> str:
    return f"pkg:golang/{quote(module, safe='/')}" + (f"@{quote(version, safe='')}" if version else "")


def dot(document: Deps) -> str:
    """The graph of the modules needed, for Graphviz."""
    needed = {one.module: one for one in document.modules if one.role != "graph"}
    lines = ["digraph deps {", "  rankdir=LR;", "  node [shape=box, fontsize=10];"]
    for main in document.mains:
        direct = (name for name, one in needed.items() if one.role == "direct")
        lines += (f"  {_quoted(main)} -> {_quoted(name)};" for name in direct)
    for name, one in needed.items():
        colour = ', color="red"' if has_trouble(one) else ', color="orange"' if deserves_a_look(one) else ""
        label = _quoted(f"{name}\n{one.version}")
        lines.append(f"  {_quoted(name)} [label={label}{colour}];")
        lines += (f"  {_quoted(name)} -> {_quoted(other)};" for other in one.requires if other in needed)
    return "\n".join([*lines, "}", ""])


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
