"""A storage that cannot be opened: what is said, and what is never said."""

from __future__ import annotations

import contextlib
import traceback

import pytest

from optuna_guide import wsgi
from optuna_guide.study.storage_url import StorageUrlError, open_study
from optuna_guide.surfaces import cli

HIDDEN = [
    "postgresql://me:s3cr3t@127.0.0.1:1/x",
    "postgresql://me:s3cr/s3cr@127.0.0.1:1/x",
    "postgresql://me:s3cr:s3cr@127.0.0.1:1/x",
    "postgresql://me:p@s3cr't@127.0.0.1:1/x",
    "postgresql://me:s3cr%203t@127.0.0.1:1/x",
    "mysql+pymysql://root:s3cr3t@127.0.0.1:1/test",
    "postgres://me:s3cr3t@h/x",
    "redis://:s3cr3t@127.0.0.1:1/0",
    "redis://:s3cr3t@127.0.0.1:port/0",
    "sqlite:///nofile?password=s3cr3t",
    "unknown+driver://me:s3cr3t@h/x",
    "me:s3cr3t@host",
    "postgresql:/me:s3cr3t@127.0.0.1/x",
]


@pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")
@pytest.mark.parametrize("url", HIDDEN)
@pytest.mark.parametrize("open_it", [open_study, wsgi])
def test_no_error_tells_the_password(url, open_it):
    with pytest.raises(StorageUrlError) as caught:
        open_it(url)
    told = "".join(traceback.format_exception_only(caught.value))
    assert "s3cr" not in told
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("url", HIDDEN)
@pytest.mark.parametrize(
    "command", ["show", "history", "serve", "report", "bogus", "show --bogus"]
)
def test_no_command_prints_the_password(url, command, capsys):
    with contextlib.suppress(SystemExit):
        cli.main([*command.split(), url])
    out, err = capsys.readouterr()
    assert err
    assert "s3cr" not in out + err
