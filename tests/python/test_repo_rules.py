"""Rules about the files of this repository that no linter knows."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration.yaml_files import read_yaml

ROOT = Path(__file__).resolve().parents[2]
MADE_BY_BUILDS = {"target", "data", "logs", "dbt_packages", "build", "dist", "__pycache__"}
MAX_SQL_LINES = 130
BINARY = {".parquet", ".duckdb", ".png", ".ico"}


def files(*suffixes: str, below: str = ".") -> list[Path]:
    """Files of the repository: what builds, tools and git put beside them left out."""
    found: list[Path] = []
    folders = [ROOT / below]
    while folders:
        for path in folders.pop().iterdir():
            if path.is_symlink():
                continue
            if path.is_dir():
                hidden = path.name.startswith(".") and path.name != ".ci"
                if not hidden and path.name not in MADE_BY_BUILDS:
                    folders.append(path)
            elif path.suffix not in BINARY and (not suffixes or path.suffix in suffixes):
                found.append(path)
    return sorted(found)


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def without_comments(sql: str) -> str:
    """SQL without comments and without text in single quotes."""
    sql = re.sub(r"\{#.*?#\}", "", sql, flags=re.DOTALL)
    sql = re.sub(r"--[^\n]*", "", sql)
    return re.sub(r"'[^'\n]*'", "''", sql)


def lines_with(pattern: str, paths: list[Path]) -> list[str]:
    regex = re.compile(pattern)
    return [
        f"{shown(path)}:{number}: {line.strip()[:100]}"
        for path in paths
        if path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if regex.search(line)
    ]


# --- what must not be in a file -----------------------------------------------------------------


def test_no_paths_of_one_machine() -> None:
    assert not lines_with(r"(?<![\w.}])/(work|root|home|Users|opt|mnt)/\w", files())


def test_no_package_index_addresses() -> None:
    pattern = r"pypi\.org|pythonhosted|(?<!no-emit-)index-url|--find-links|trusted-host"
    assert not lines_with(pattern, files())


def test_no_credentials() -> None:
    pattern = r"(?i)(sk_live_|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|password\s*[:=]\s*\S)"
    assert not lines_with(pattern, files())


def test_the_walk_finds_files() -> None:
    found = {shown(path) for path in files()}
    assert {"pyproject.toml", "Makefile", "dbt_project.yml", ".ci/run"} <= found
    assert sql_files()


def test_text_is_utf8_with_unix_lines_and_one_newline_at_the_end() -> None:
    bad = []
    for path in files():
        content = path.read_bytes()
        content.decode("utf-8")
        if b"\r" in content or (content and not content.endswith(b"\n")):
            bad.append(shown(path))
    assert not bad


# --- locks --------------------------------------------------------------------------------------


def test_every_locked_package_has_a_version_and_hashes() -> None:
    for lock in sorted(ROOT.glob("requirements*.lock")):
        entries = re.split(r"\n(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8"))
        entries = [entry for entry in entries if not entry.startswith("#")]
        assert len(entries) > 50
        for entry in entries:
            assert re.match(r"^[A-Za-z0-9._-]+(\[[\w,-]+\])?==[^\s]+", entry), entry[:80]
            assert "--hash=sha256:" in entry, entry[:80]
            assert "://" not in entry, entry[:80]


def test_the_lock_leaves_out_what_cannot_be_installed_offline() -> None:
    assert "dbt-core-experimental-parser==" not in (ROOT / "requirements.lock").read_text()


# --- SQL ----------------------------------------------------------------------------------------


def sql_files() -> list[Path]:
    return [*files(".sql", below="models"), *files(".sql", below="tests")]


@pytest.mark.parametrize(
    ("pattern", "instead"),
    [
        (r"::", "cast(x as type)"),
        (r"(?i)\bselect\s+distinct\b", "group by, or a key that cannot fan out"),
        (r'"[A-Za-z_]\w*"(?=\s*[.,)\n]|\s+as\b)', "names that need no quotes"),
        (r"\brun_query\b|\badapter\.|\bcall\s+statement\b", "plain SQL; engines: macros/engine"),
        (r"(?i)\bnow\(\)|\bcurrent_(date|timestamp|time)\b", "as_of() or as_of_date()"),
        (r"(?i)\b(float|real)\b", "decimal(p, s)"),
        (r"(?i)\bread_(parquet|csv|json)\w*\(", "source()"),
    ],
    ids=["cast", "distinct", "quotes", "adapter", "clock", "float", "files"],
)
def test_banned_constructs(pattern: str, instead: str) -> None:
    regex = re.compile(pattern)
    found = []
    for path in sql_files():
        sql = re.sub(
            r"\{[{%].*?[}%]\}", lambda m: m[0].replace('"', "'"), path.read_text(), flags=re.S
        )
        if match := regex.search(without_comments(sql)):
            found.append(f"{shown(path)}: {match[0]}")
    assert not found, f"use {instead}"


def test_a_model_reads_in_one_screen_or_two() -> None:
    long = {
        shown(path): lines
        for path in [*sql_files(), *files(".sql", below="macros")]
        if (lines := len(path.read_text().splitlines())) > MAX_SQL_LINES
    }
    assert not long


def test_every_model_has_a_yaml_file_beside_it() -> None:
    alone = [
        shown(path)
        for path in files(".sql", below="models")
        if not path.with_suffix(".yml").exists()
    ]
    assert not alone


def test_a_yaml_file_describes_the_model_beside_it_and_no_other() -> None:
    for path in files(".yml", below="models"):
        content = read_yaml(path)
        for model in content.get("models", []):
            assert model["name"] == path.stem, shown(path)
            assert path.with_suffix(".sql").exists(), shown(path)


LEANS_ON_ANOTHER = re.compile(
    r"^(The same|Same|Those|Their|Its|That|These|Of them|Such|Also)\b"
    r"|^[^,;.:]{0,30}(?<!-)\b(of|in|among) (them|that|those|these)\b"
    r"|in the same way|as above|since then",
    re.IGNORECASE,
)


def test_a_column_of_a_mart_is_understood_without_its_neighbours() -> None:
    """BI tools show a column's description alone: not below the one that it would continue."""
    lean: list[str] = []
    for path in files(".yml", below="models/marts"):
        for model in read_yaml(path).get("models", []):
            for column in model["columns"]:
                text = " ".join(column["description"].split())
                if LEANS_ON_ANOTHER.search(text) or len(text.split()) < 2:
                    lean.append(f"{model['name']}.{column['name']}: {text}")
    assert not lean, "\n".join(lean)


def test_yaml_is_ready_for_dbt_2() -> None:
    """What dbt 2 refuses and dbt 1.12 lets pass."""
    for path in files(".yml", ".yaml", below="models"):
        content = read_yaml(path)
        for node in nodes(content):
            assert not {"tests", "meta", "tags", "freshness", "loaded_at_field"} & set(node), (
                shown(path),
                node.get("name"),
            )


def nodes(content: Any) -> Iterator[dict[str, Any]]:
    """Everything with a name in a properties file: models, sources, tables, columns."""
    if isinstance(content, dict):
        if "name" in content:
            yield content
        for key, value in content.items():
            if key not in ("config", "unit_tests", "data_tests", "given", "expect", "arguments"):
                yield from nodes(value)
    elif isinstance(content, list):
        for item in content:
            yield from nodes(item)


def test_no_data_tests_on_sources() -> None:
    """Raw files belong to the gate before dbt, cleaned rows to tests on staging."""
    for path in files(".yml", below="models"):
        for source in read_yaml(path).get("sources", []):
            text = json.dumps(source)
            assert '"data_tests"' not in text, shown(path)


def test_staging_stays_within_its_source() -> None:
    for path in files(".sql", below="models/staging"):
        own = path.relative_to(ROOT / "models/staging").parts[0]
        assert path.stem.startswith(f"stg_{own}__"), shown(path)
        sql = path.read_text(encoding="utf-8")
        for source in re.findall(r"source\(\s*['\"](\w+)['\"]", sql):
            assert source == own, shown(path)
        for model in re.findall(r"ref\(\s*['\"](\w+)['\"]", sql):
            assert model.startswith(f"stg_{own}__"), shown(path)


def test_every_macro_says_what_it_does() -> None:
    silent = []
    for path in files(".sql", below="macros"):
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(
            r"\{%-?\s*(?:macro|test)\s+(\w+)\(.*?%\}(\s*\{#-?.{15,}?#\})?", text, re.S
        ):
            dispatched = re.match(r"(default|duckdb|spark|postgres)__", match[1])
            if not match[2] and not dispatched:
                silent.append(f"{shown(path)}: {match[1]}")
    assert not silent


# --- documents ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", ".ci/run"]
)
def test_documents_are_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 100


def test_the_changelog_knows_this_version_and_its_schema_changes() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.M)
    assert version
    assert "## [Unreleased]" in text or f"## [{version[1]}]" in text
    assert "Schema and data changes" in text


def test_links_in_documents_lead_somewhere() -> None:
    broken = []
    for path in files(".md"):
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
            outside = "://" in target or target.startswith(("mailto:", "{{"))
            if not outside and not (path.parent / target).exists():
                broken.append(f"{shown(path)}: {target}")
    assert not broken


def test_decisions_are_numbered_and_have_the_same_parts() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    numbers = [page.name[:4] for page in pages]
    assert numbers == [f"{n:04d}" for n in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for part in ("## Context", "## Choice", "## What others do", "## Consequences"):
            assert part in text, page.name


def test_make_targets_are_documented() -> None:
    listed = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for target in ("run", "test", "lint", "typecheck", "bench", "docs", "dagster", "lock", "clean"):
        assert f"make {target} " in listed
