"""What users get: wheel, sdist and editable install, tried outside the checkout.

Each environment is fresh and gets its dependencies from the package index, so this takes minutes:
``make package`` and CI run it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).resolve().parent.parent
ARTICLE = ROOT / "examples" / "article.txt"
NOT_SOURCE = (
    ".git",
    ".venv",
    "build",
    "dist",
    "*.egg-info",
    "_build",
    "__pycache__",
    ".*_cache",
    ".hypothesis",
    "_kernel.cpp",
    "_kernel.*.so",
)
COMPILER = shutil.which("c++") or shutil.which("cl")
SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"
TRY = """
import json, pathlib, sys
import tagonomy
text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
tagging = tagonomy.classify(text)
heavy = {"sklearn", "scipy", "pandas", "joblib"} & {name.partition(".")[0] for name in sys.modules}
for tag in tagging:
    for each in tag.evidence:
        assert each.start < 0 or text[each.start:each.stop] == each.surface, each
print(json.dumps({
    "file": tagonomy.__file__, "heavy": sorted(heavy), "facets": sorted({tag.facet for tag in tagging}),
    "models": tagonomy.list_models(), "concepts": len(tagonomy.load_taxonomy()),
}))
"""


def run(*command: str | Path, cwd: Path, **variables: str) -> str:
    """Run a command away from the checkout and its environment; return what it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= variables
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean copy of the checkout: a stale ``build`` would hide what is missing."""
    folder = tmp_path_factory.mktemp("source") / "tagonomy"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_SOURCE))
    return folder


@pytest.fixture(scope="module")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sdist, the wheel built from it, and the wheel built straight from the source."""
    out, straight = tmp_path_factory.mktemp("dist"), tmp_path_factory.mktemp("straight")
    run(sys.executable, "-m", "build", "--outdir", out, source, cwd=out)
    run(sys.executable, "-m", "build", "--wheel", "--outdir", straight, source, cwd=straight)
    (sdist,), (wheel,), (twin,) = out.glob("*.tar.gz"), out.glob("*.whl"), straight.glob("*.whl")
    return {"sdist": sdist, "wheel": wheel, "straight": twin}


def environment(folder: Path, *requirements: str | Path) -> Path:
    """Make an environment with nothing but these and what they need; return its folder of programs."""
    venv.create(folder, with_pip=True)
    programs = folder / SCRIPTS
    run(programs / "python", "-m", "pip", "install", "-q", *requirements, cwd=folder)
    return programs


@pytest.fixture(scope="module")
def installed(built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Programs of an environment with the wheel."""
    return environment(tmp_path_factory.mktemp("wheel") / "env", built["wheel"])


def contents(wheel: Path) -> dict[str, int]:
    """Return the files of a wheel with their checksums."""
    with zipfile.ZipFile(wheel) as archive:
        return {info.filename: info.CRC for info in archive.infolist()}


def test_the_sdist_builds_the_same_wheel(built: dict[str, Path]) -> None:
    assert built["wheel"].name == built["straight"].name
    assert contents(built["wheel"]) == contents(built["straight"])


def test_the_wheel_carries_every_module_and_all_data(source: Path, built: dict[str, Path]) -> None:
    inside = set(contents(built["wheel"]))
    wanted = {
        f"tagonomy/{path.relative_to(source / 'src/tagonomy')}"
        for path in source.glob("src/tagonomy/**/*.py")
    }
    wanted |= {"tagonomy/py.typed"}
    for folder, packaged in (("taxonomy", "taxonomy_data"), ("trained_models", "trained_models")):
        files = [path for path in (source / folder).iterdir() if path.is_file() and path.suffix != ".py"]
        wanted |= {f"tagonomy/{packaged}/{path.name}" for path in files}
    assert {Path(name).suffix for name in wanted} >= {".jsonl", ".safetensors", ".md", ".toml"}
    compiled = {name for name in inside if Path(name).suffix in (".so", ".pyd")}
    assert {name for name in inside - compiled if ".dist-info/" not in name} == wanted
    assert [name.partition(".")[0] for name in compiled] == ["tagonomy/_kernel"] * bool(COMPILER)


def test_the_sdist_carries_what_makes_and_checks_the_wheel(source: Path, built: dict[str, Path]) -> None:
    with tarfile.open(built["sdist"]) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    for folder in ("src", "taxonomy", "trained_models", "tests", "docs", "examples"):
        files = {
            path.relative_to(source).as_posix()
            for path in (source / folder).rglob("*")
            if path.is_file() and path.name != "_kernel.cpp"  # what building the wheel leaves behind
        }
        assert files, folder
        assert files <= inside
    assert {
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "Makefile",
        ".ci/gate",
        ".ci/run",
        "pyproject.toml",
    } <= inside


def test_the_licence_travels_with_the_wheel(built: dict[str, Path]) -> None:
    licences = {Path(name).name for name in contents(built["wheel"]) if ".dist-info/licenses/" in name}
    assert licences == {"LICENSE", "SOURCES.md"}


def tries(programs: Path, folder: Path) -> dict[str, object]:
    """Classify by import, outside the checkout."""
    found: dict[str, object] = json.loads(run(programs / "python", "-c", TRY, ARTICLE, cwd=folder))
    return found


def test_the_wheel_classifies_by_import(installed: Path, tmp_path: Path) -> None:
    found = tries(installed, tmp_path)
    assert str(found["file"]).startswith(str(installed.parent))
    assert {"people", "countries", "events"} <= set(found["facets"])  # type: ignore[call-overload]
    assert "news-en" in found["models"]  # type: ignore[operator]
    assert found["heavy"] == []


def test_the_wheel_classifies_by_command(installed: Path, tmp_path: Path) -> None:
    output = run(installed / "tagonomy", "classify", "--format", "json", ARTICLE, cwd=tmp_path)
    tags = json.loads(output)["tags"]
    text = ARTICLE.read_text(encoding="utf-8")
    assert tags
    for tag in tags:
        assert set(tag) == {"id", "label", "facet", "score", "path", "evidence"}
        for each in tag["evidence"]:
            assert each["start"] < 0 or text[each["start"] : each["stop"]] == each["surface"]
    assert "news-en" in run(installed / "tagonomy", "models", cwd=tmp_path)


def test_the_version_is_one(source: Path, installed: Path, built: dict[str, Path], tmp_path: Path) -> None:
    code = "import importlib.metadata as m, tagonomy as t; print(m.version('tagonomy'), t.__version__)"
    said, imported = run(installed / "python", "-c", code, cwd=tmp_path).split()
    assert said == imported
    assert f"-{said}-" in built["wheel"].name
    assert run(installed / "tagonomy", "--version", cwd=tmp_path).split()[-1] == said
    assert f"## {said} " in (source / "CHANGELOG.md").read_text(encoding="utf-8")


def test_an_editable_install_uses_the_checkout(source: Path, tmp_path: Path) -> None:
    programs = environment(tmp_path / "env", "-e", source)
    found = tries(programs, tmp_path)
    assert Path(str(found["file"])) == source / "src" / "tagonomy" / "__init__.py"
    assert {"people", "countries", "events"} <= set(found["facets"])  # type: ignore[call-overload]
    assert "news-en" in found["models"]  # type: ignore[operator]


def test_without_a_compiler_it_installs_and_says_the_same(
    built: dict[str, Path], installed: Path, tmp_path: Path
) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    programs = tmp_path / "env" / SCRIPTS
    none = dict.fromkeys(("CC", "CXX", "LDSHARED", "LDCXXSHARED"), "no-such-compiler")
    run(programs / "python", "-m", "pip", "install", "-q", built["sdist"], cwd=tmp_path, **none)
    facts = json.loads(run(programs / "tagonomy", "models", "--env", "--format", "json", cwd=tmp_path))
    assert facts["pipeline"] == "python"
    told = [run(each / "tagonomy", "classify", ARTICLE, cwd=tmp_path) for each in (programs, installed)]
    assert told[0] == told[1]
    if COMPILER:
        facts = json.loads(run(installed / "tagonomy", "models", "--env", "--format", "json", cwd=tmp_path))
        assert facts["pipeline"] == "compiled"
