"""What shell text installs: programs, options, quotes, variables, and what only looks like a command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.lint.requirements.installs import installs
from reproof.lint.requirements.pinned import State
from reproof.lint.requirements.shell import Shell


def unpinned(text: str) -> list[str]:
    """Names of what is installed without being pinned or exempt, variables aside."""
    return [
        item.verdict.name
        for install in installs(text, known={})
        for item in install.items
        if item.verdict.state is State.UNPINNED and not item.verdict.debatable
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("pip install numpy", ["numpy"]),
        ("pip3.11 install 'numpy>=2' \"scipy<2\"", ["numpy", "scipy"]),
        ("python -m pip install numpy", ["numpy"]),
        ("python3 -I -m pip --no-cache-dir install -qU numpy", ["numpy"]),
        ("/opt/conda/bin/pip install numpy", ["numpy"]),
        ("{sys.executable} -m pip install numpy", ["numpy"]),
        ("$PYTHON -m pip install numpy", ["numpy"]),
        ("py -3 -m pip install numpy", ["numpy"]),
        ("sudo -H -u me pip install numpy", ["numpy"]),
        ("FOO=1 BAR='x y' pip install numpy", ["numpy"]),
        ("env -u X A=1 pip install numpy", ["numpy"]),
        ("time nice -n 10 pip install numpy", ["numpy"]),
        ("timeout 60 pip install numpy", ["numpy"]),
        ("conda run -n base pip install numpy", ["numpy"]),
        ("poetry run pip install numpy", ["numpy"]),
        ("bash -lc 'pip install numpy'", ["numpy"]),
        ('sh -c "pip install numpy && pip install scipy"', ["numpy", "scipy"]),
        ("docker run -v $X:/x python:3.11 bash -c 'pip install numpy'", ["numpy"]),
        ("docker exec -t box sh -c \"$script\"", []),
        ("docker run image pip install numpy", []),  # whatever the image calls pip
        ("if true; then pip install numpy; else pip install scipy; fi", ["numpy", "scipy"]),
        ("(cd x && pip install numpy)", ["numpy"]),
        ("for x in a b; do pip install numpy; done", ["numpy"]),
        ("pip install numpy | tee log", ["numpy"]),
        ("pip install numpy > log 2>&1 &", ["numpy"]),
        ("pip install numpy==2.1.3>log", []),
        ("pip install numpy>=2", ["numpy"]),
        ("pip install \\\n  numpy \\\n  scipy\npip install pandas", ["numpy", "scipy", "pandas"]),
        ("pip install numpy # scipy", ["numpy"]),
        ("pip install -r requirements.txt -c constraints.txt", []),
        ("pip install -rrequirements.txt -i https://e.org/simple --extra-index-url=https://e.org torch", ["torch"]),
        ("pip install --target lib --no-deps -t lib --upgrade-strategy eager -U numpy", ["numpy"]),
        ("pip install . ./a ../b -e . -e ./c /d file:///e a.whl b-1.0.tar.gz 'c[x] @ file:///d'", []),
        ("pip install -e git+https://e.org/a.git#egg=a", ["a"]),
        ("pip install git+https://e.org/a.git@0123456789abcdef0123456789abcdef01234567", []),
        ("pip install https://e.org/a.zip", ["a"]),
        ("pip wheel numpy && pip download scipy", ["numpy", "scipy"]),
        ("pip uninstall numpy; pip list; pip freeze; pip show numpy; pip config set x y", []),
        ("pip --version install", []),
        ("echo pip install numpy", []),
        ("echo 'pip install numpy'", []),
        ("# pip install numpy", []),
        ("cat <<EOF > a\npip install numpy\nEOF\npip install scipy", ["scipy"]),
        ("cat <<-'END'\n\tpip install numpy\n\tEND\npip install scipy", ["scipy"]),
        ("pipx install numpy && pipx inject env scipy && pipx run --spec black==24.1.0 black", ["numpy", "scipy"]),
        ("uv pip install --system numpy && uv add scipy && uv tool install ruff", ["numpy", "scipy", "ruff"]),
        ("uv tool install ruff@0.9.1; uvx black; uvx --from black==24.1.0 black", ["black"]),
        ("uv run --with numpy --with 'scipy==1.14.1' train.py --with pandas", ["numpy"]),
        ("uv pip sync requirements.txt; uv sync --frozen", []),
        ("poetry add numpy@^2.0 scipy==1.14.1 pandas@latest", ["numpy", "pandas"]),
        ("poetry add --group dev pytest; poetry install; poetry self add plugin", ["pytest", "plugin"]),
        ("pdm add -G test pytest && pipenv install requests && pipenv install --deploy", ["pytest", "requests"]),
        ("conda install -y -c conda-forge numpy scipy=1.14.1 python=3.11", ["numpy"]),
        ("conda create -n x python 'numpy>=2' pip", ["python", "numpy", "pip"]),
        ("mamba install conda-forge::numpy; micromamba install -n base -f env.yml", ["numpy"]),
        ("conda env create -f environment.yml; conda update -y conda; conda activate x", []),
        ("pixi add numpy; pixi add --pypi scipy==1.14.1", ["numpy"]),
        ("V=2.1.3\npip install numpy==$V scipy==${W} pandas==${X:-2.2.3} $MORE", []),
        ("V='2.*'\npip install numpy==$V", ["numpy"]),
        ("PACKAGES='numpy scipy'\npip install $PACKAGES", ["numpy", "scipy"]),
        ("V=2.1.3 pip install a\npip install numpy==$V", ["a"]),
        ("V='2.*'\nV=2.1.3 W=1 pip install a==$V b==$W\npip install numpy==$V", ["a", "numpy"]),
        ("V=2.1.3 bash -c 'pip install numpy==$V scipy'; pip install pandas$V", ["scipy"]),
        ("if a; then V=1; else V=2; fi; pip install numpy$V", []),
        ("pip install `cat names` $(cat names)", []),
        ("pip install torch --index-url https://e.org/simple/cu118 --hash", ["torch"]),
        ("pip install --python .venv/bin/python numpy", ["numpy"]),
        ("xargs -n 1 pip install < requirements.txt", []),
    ],
)  # fmt: skip
def test_what_a_text_installs_without_pinning_it(text: str, names: list[str]) -> None:
    assert unpinned(text) == names


def test_a_place_is_that_of_the_requirement_without_its_quotes() -> None:
    text = "sudo pip install 'numpy>=2' \"scipy\" pandas==$V"
    (install,) = installs(text, known={})
    assert [text[item.start : item.end] for item in install.items] == ["numpy>=2", "scipy", "pandas==$V"]
    assert [item.exact for item in install.items] == [True, True, False]


def test_files_and_constraints_are_told_apart() -> None:
    (install,) = installs("pip install -r a.txt --requirement=b.txt -c c.txt numpy", known={})
    assert (install.files, install.constraints) == (("a.txt", "b.txt"), ("c.txt",))


@given(st.text(alphabet="pip install numpy=\n\\\"'`$(){}<>|&;#-e0", max_size=80))
def test_any_text_is_read_to_its_end(text: str) -> None:
    shell = Shell(text, known={})
    words = [word for command in shell.commands() for word in command]
    assert shell.at >= len(text)
    assert all(0 <= word.start <= word.end <= len(text) for word in words)
    list(installs(text, known={}))
