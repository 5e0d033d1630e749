import sys

from mt_eval.cli.main import main

sys.exit(main())
