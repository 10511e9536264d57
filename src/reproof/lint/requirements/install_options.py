"""The options of programs that install packages: which take a value, so that what remains is what they install.

Written down from each program's own help. Options that take no value need no entry, except where a short
one may stand before others in one word (`-qU`).
"""

from __future__ import annotations

from reproof.value import Value


class Options(Value):
    """How one subcommand reads its words.

    `values` are the options with a value; `files` those that name a file of requirements, `constraints` a file
    of constraints, `requirements` those whose value is a requirement itself (`--with`, `-e`).
    """

    values: frozenset[str]
    files: frozenset[str] = frozenset()
    constraints: frozenset[str] = frozenset()
    requirements: frozenset[str] = frozenset()

    def takes_value(self, option: str) -> bool:
        """Whether an option, as written, is followed by its value."""
        return any(option in each for each in (self.values, self.files, self.constraints, self.requirements))


def _options(values: str, files: str = "", constraints: str = "", requirements: str = "") -> Options:
    return Options(*(frozenset(each.split()) for each in (values, files, constraints, requirements)))


_PIP_GENERAL = (
    "--python --log --keyring-provider --proxy --retries --timeout --exists-action --trusted-host --cert"
    " --client-cert --cache-dir --use-feature --use-deprecated --resume-retries"
)
_INDEXES = "-i --index-url --pypi-url --extra-index-url -f --find-links"
PIP = _options(
    f"{_PIP_GENERAL} {_INDEXES} -t --target --platform --python-version --implementation --abi --root --prefix"
    " -b --build --src --source --upgrade-strategy -C --config-settings --global-option --install-option"
    " --build-option --no-binary --only-binary --progress-bar --root-user-action --report --group -d --dest"
    " -w --wheel-dir --uploaded-prior-to",
    "-r --requirement",
    "-c --constraint --build-constraint",
    "-e --editable",
)
PIP_GLOBAL = _options(_PIP_GENERAL)

_UV_GENERAL = (
    f"{_INDEXES} --index --default-index --index-strategy --keyring-provider -P --upgrade-package"
    " --upgrade-group --reinstall-package --resolution --prerelease --fork-strategy -C --config-setting"
    " --config-settings --config-setting-package --config-settings-package --no-build-isolation-package"
    " --exclude-newer --exclude-newer-package --link-mode --cache-dir --refresh-package --no-build-package"
    " --no-binary-package -p --python --python-preference --color --allow-insecure-host --directory"
    " --project --config-file --no-sources-package"
)
UV_PIP = _options(
    f"{_UV_GENERAL} -t --target --prefix --python-version --python-platform --no-binary --only-binary"
    " --torch-backend --extra --group --report -d --dest",
    "-r --requirement --requirements",
    "-c --constraint --constraints --override --overrides --exclude --excludes -b --build-constraint"
    " --build-constraints",
    "-e --editable",
)
UV_ADD = _options(
    f"{_UV_GENERAL} --bounds --optional --group --marker -m --extra --rev --tag --branch --package --script",
    "-r --requirement --requirements",
    "-c --constraint --constraints",
)
UV_TOOL = _options(
    f"{_UV_GENERAL} --python-platform --torch-backend",
    "-r --requirement --requirements --with-requirements",
    "-c --constraint --constraints --override --overrides --build-constraint --build-constraints",
    "-e --editable --with --with-editable --with-executables-from --from -w",
)
UV_RUN = _options(
    f"{_UV_GENERAL} --extra --no-extra --group --no-group --only-group --env-file --package -m --module",
    "--with-requirements",
    "",
    "--with -w --with-editable",
)
UV_GLOBAL = _options(_UV_GENERAL)

PIPX = _options(
    "--suffix --python --fetch-missing-python -i --index-url --pip-args --backend",
    "-r --requirement",
    "",
    "--preinstall --spec",
)
POETRY = _options(
    "-G --group -E --extras --optional --source --markers --platform --python -P --project -C --directory"
)
POETRY_GLOBAL = _options("-P --project -C --directory")
PDM = _options(
    "-L --lockfile -p --project -G --group --save-strategy -k --skip -S --venv --config-setting -C -c --config",
    "",
    "",
    "-e --editable",
)
PIPENV = _options(
    f"{_INDEXES} --index --pypi-mirror --python --categories --extra-pip-args --requirementstxt",
    "-r --requirements",
    "",
    "-e --editable",
)
CONDA = _options(
    "-n --name -p --prefix -c --channel --solver --experimental-solver --subdir --platform --repodata-fn"
    " --repodata --clone --revision --category --environment-specifier --format --max-transaction-retries"
    " -r --root-prefix --rc-file --ssl-verify --cacert-path --safety-checks --extra-safety-checks"
    " --pyc-compilation-timeout --trusted-channels --channel-alias --default-channel --download-threads"
    " --console --log-level --relocate-prefix --override-channels-enabled",
    "-f --file --spec-file",
)
CONDA_GLOBAL = _options("-n --name -p --prefix -r --root-prefix --rc-file --log-level")
PIXI = _options(
    "--manifest-path -w --workspace --pypi-option -p --platform -f --feature -e --environment -c --channel"
    " --git --branch --tag --rev -s --subdir --expose --with --color --concurrent-downloads"
)

# Programs that run the program behind them, and their own options with a value.
RUNNERS = {
    "sudo": _options("-u --user -g --group -C -D -h -p -R -T -U -r -t"),
    "doas": _options("-u -C"),
    "env": _options("-u --unset -C --chdir -S"),
    "nice": _options("-n --adjustment"),
    "ionice": _options("-c -n -p"),
    "timeout": _options("-k --kill-after -s --signal"),
    "xargs": _options("-a -d -E -I -L -n -P -s --arg-file --delimiter --max-args --max-procs --max-lines"),
    "nohup": _options(""),
    "exec": _options("-a"),
    "command": _options(""),
    "builtin": _options(""),
    "time": _options("-f --format -o --output"),
    "travis_retry": _options(""),
    "retry": _options("-t -d -n -r"),
    "gosu": _options(""),
    "xvfb-run": _options("-s -n -e -f -w -p --server-args"),
    "eatmydata": _options(""),
    "arch": _options(""),
    "winpty": _options(""),
}
# Programs that start a container, and run in it what stands behind its name.
CONTAINERS = frozenset({"docker", "podman", "nerdctl", "apptainer", "singularity", "kubectl"})
# Keywords of the shell that a command can follow.
KEYWORDS = frozenset(
    {"then", "do", "else", "elif", "if", "while", "until", "!", "{", "}", "time", "fi", "done"}
)
