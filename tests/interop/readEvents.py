"""Opens a folder of event files with TensorBoard's own reader, and prints what they hold as one JSON object.

Usage: readEvents.py DIRECTORY
Numbers that JSON lacks are printed as "nan", "inf" and "-inf"; pictures as their bytes, in base64.
"""

import base64
import json
import math
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.util import tensor_util


def plain(value):
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def read_hparams(metadata):
    found = {}
    for tag, each in metadata.items():
        if not tag.startswith("_hparams_/"):
            continue
        data = plugin_data_pb2.HParamsPluginData.FromString(each.plugin_data.content)
        if tag.endswith("experiment"):
            found["metrics"] = [info.name.tag for info in data.experiment.metric_infos]
            found["types"] = {info.name: int(info.type) for info in data.experiment.hparam_infos}
        elif tag.endswith("session_start_info"):
            values = data.session_start_info.hparams.items()
            found["values"] = {name: plain(getattr(value, value.WhichOneof("kind"))) for name, value in values}
        elif tag.endswith("session_end_info"):
            found["status"] = int(data.session_end_info.status)
    return found


reader = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "images": 0, "histograms": 0, "tensors": 0})
reader.Reload()
tags = reader.Tags()
print(
    json.dumps(
        {
            "scalars": {tag: [[event.step, plain(event.value)] for event in reader.Scalars(tag)] for tag in tags["scalars"]},
            "images": {
                tag: [
                    [event.step, event.width, event.height, base64.b64encode(event.encoded_image_string).decode()]
                    for event in reader.Images(tag)
                ]
                for tag in tags["images"]
            },
            "histograms": {
                tag: [
                    {
                        "step": event.step,
                        "num": event.histogram_value.num,
                        "limits": list(event.histogram_value.bucket_limit),
                        "counts": list(event.histogram_value.bucket),
                    }
                    for event in reader.Histograms(tag)
                ]
                for tag in tags["histograms"]
            },
            "texts": {
                tag: [tensor_util.make_ndarray(event.tensor_proto)[0].decode() for event in reader.Tensors(tag)]
                for tag in tags["tensors"]
            },
            "graph": [[node.name, node.op, list(node.input)] for node in reader.Graph().node] if tags["graph"] else [],
            "hparams": read_hparams(reader.summary_metadata),
        },
        allow_nan=False,
    )
)
