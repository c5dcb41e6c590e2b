"""gomend's own options: each once, with its value in force and where that comes from."""

from gomend.settings.load import Loaded, Value, load
from gomend.settings.schema import OPTIONS, Option, Origin
from gomend.settings.trouble import SettingError

__all__ = ["OPTIONS", "Loaded", "Option", "Origin", "SettingError", "Value", "load"]
