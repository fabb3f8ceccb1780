"""``python -m optuna_guide`` is ``optuna-guide``."""

from optuna_guide.cli import main

raise SystemExit(main())
