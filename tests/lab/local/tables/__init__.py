"""All cases of this lab."""

import importlib
import pkgutil

from tests.lab.local.case import Case

CASES: list[Case] = [
    case
    for found in pkgutil.iter_modules(__path__)
    for case in importlib.import_module(f"{__name__}.{found.name}").CASES
]
