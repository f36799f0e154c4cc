"""Reads YAML files by libyaml's parser, which is eight times as fast as the one written in Python."""

from pathlib import Path
from typing import Any

import yaml


def read_yaml(path: Path) -> Any:
    """The content of a file, made of plain values; None where it is empty.

    Raises yaml.YAMLError where it is no YAML.
    """
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
