"""Opens the files of a run with other people's programs, and prints what they hold as one JSON object.

Usage: read.py RUN_DIRECTORY
Numbers that JSON lacks are printed as "nan", "inf" and "-inf"; tensors as their bytes, in base64.
"""

import base64
import csv
import json
import math
import sys
from pathlib import Path

import yaml
from safetensors import safe_open


def refuse(name):
    raise ValueError(f"{name} is not JSON")


def strict_json(text):
    """Python takes NaN and Infinity for JSON unless it is told not to; most other readers do not."""
    return json.loads(text, parse_constant=refuse)


def plain(value):
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return f"a {type(value).__name__}"


def read_tensor(array):
    return {
        "dtype": str(array.dtype),
        "shape": list(array.shape),
        "bytes": base64.b64encode(array.tobytes()).decode(),
    }


def read_checkpoint(path):
    with safe_open(path, framework="np") as file:
        metadata = file.metadata()
        return {
            "metadataKeys": sorted(metadata),
            "lightning": strict_json(metadata["lightning"]),
            "tensors": {name: read_tensor(file.get_tensor(name)) for name in file.keys()},
        }


def read_metrics(path):
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file, strict=True)
        rows = [{name: float(cell) if cell else None for name, cell in row.items()} for row in reader]
        return {"header": reader.fieldnames, "rows": rows}


def read_run(directory):
    lines = (directory / "run.ndjson").read_text(encoding="utf-8").splitlines()
    return {
        "checkpoints": {path.name: read_checkpoint(path) for path in sorted(directory.glob("checkpoints/*.ckpt"))},
        "metrics": read_metrics(directory / "metrics.csv"),
        "hparams": yaml.safe_load((directory / "hparams.yaml").read_text(encoding="utf-8")),
        "events": [strict_json(line) for line in lines],
    }


print(json.dumps(plain(read_run(Path(sys.argv[1]))), allow_nan=False))
