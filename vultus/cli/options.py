"""What can be typed after `vultus`."""

import argparse

from vultus import __version__
from vultus.cli.animate import run_animate
from vultus.cli.controls import add_controls
from vultus.cli.corpus import CORPUS, add_corpus
from vultus.cli.inspect import run_inspect
from vultus.cli.motion import MOTION, add_motion
from vultus.cli.prepare import run_prepare
from vultus.cli.reads import add_reader
from vultus.cli.say import SAY, add_voice, run_say
from vultus.cli.serve import SERVE, add_serve
from vultus.cli.track import TRACK, add_track
from vultus.cli.verify import VERIFY, run_verify
from vultus.portrait import LIKENESSES
from vultus.provenance import LABELS

EXAMPLES = """\
examples:
  vultus animate face.png voice.wav -o talk.mp4     a picture and a voice to a video
  vultus prepare face.png -o face.vultus            find the face once ...
  vultus animate face.vultus voice.wav -o talk.mp4  ... and use it often
  vultus say "Hello." face.png -o talk.mp4          a picture and a text to a video
  vultus track talk.mp4 -o talk.npz                 how the face of a video moves
  vultus motion voice.wav -o talk.csv               how a face would move, for other programs
  vultus serve                                      live faces in the browser
  vultus inspect talk.mp4 -o sheet.png              see frames of the video side by side
  vultus verify talk.mp4                            was it made with vultus, and is it unchanged?

exit codes: 0 done, 2 input refused (one line says why), 1 a bug in vultus, 130 stopped by Ctrl-C
"""

ANIMATE = """\
examples:
  vultus animate face.png voice.mp3 -o talk.mp4
  vultus animate face.vultus talk.mov -o talk.mp4 --size 768       the voice of a video
  vultus animate face.png voice.wav -o talk.gif --size 256         an animation without sound
  vultus animate face.png voice.wav -o frames/                     PNG files 00000.png, 00001.png ...
  vultus animate face.png voice.wav -o talk.mp4 --gaze=-10,5       looks 10 degrees to the left, 5 up
  vultus animate face.png voice.wav -o talk.mp4 --head-gain 0.5    a calmer head
  vultus animate face.png voice.wav -o talk.mp4 --emotion happy=0.7,surprised=0.2
  vultus animate face.png voice.wav -o talk.mp4 --eye-contact 1 --articulation 1.3
  vultus animate face.png voice.wav -o talk.mp4 --timeline talk.json    gaze, emotion ... over time
  vultus animate face.png voice.wav -o talk.mp4 --pose-from nod.npz     the head of a track, lips of the voice
  vultus animate face.png voice.wav -o talk.webm --alpha           the person cut out
  vultus animate face.png talk.mp4 --drive -o moved.mp4            moves as the face in a video does
  vultus animate face.png talk.csv --voice voice.wav -o talk.mp4   moves as a take of Live Link Face says
"""

PREPARE = """\
examples:
  vultus prepare face.png -o face.vultus
  vultus prepare group.jpg -o second.vultus --face 2    the second largest face
  vultus prepare sketch.png -o face.vultus --points clicks.json

clicks.json, in pixels, left and right as the picture shows them, the eyes at their middle:
  {"left_eye": [210, 180], "right_eye": [290, 182], "nose": [250, 230],
   "mouth_left": [222, 270], "mouth_right": [280, 271], "chin": [251, 320]}
"""

INSPECT = """\
what is drawn depends on what is given:
  vultus inspect face.vultus -o sheet.png   landmarks, mesh, matte, layers, test motions (a picture too)
  vultus inspect talk.mp4 -o sheet.png      frames of a video side by side
  vultus inspect voice.wav -o sheet.png     the motion that a voice makes, channel by channel (a motion file too)
"""


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="vultus",
        description="One portrait and one voice in, a living, talking face out.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"vultus {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    _prepare(_command(commands, "prepare", "find the face of a picture and keep it as a portrait file", PREPARE))
    _animate(_command(commands, "animate", "make a portrait say what a voice says", ANIMATE))
    add_motion(_command(commands, "motion", "write the motion that a voice makes, or convert a motion file", MOTION))
    add_track(_command(commands, "track", "measure how the face of a video moves", TRACK))
    _inspect(_command(commands, "inspect", "draw what is inside a portrait, a picture, a video or a voice", INSPECT))
    add_corpus(_command(commands, "corpus", "write labelled films for research on detecting them", CORPUS))
    _verify(_command(commands, "verify", "say whether a video or a picture was made with Vultus", VERIFY))
    _say(_command(commands, "say", "make a portrait say a text", SAY))
    add_serve(_command(commands, "serve", "live faces in the browser, and an interface for programs", SERVE))
    return top


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, does: str, examples: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name,
        help=does,
        description=does[0].upper() + does[1:] + ".",
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--json", action="store_true", help="print the result as one line of JSON")
    command.add_argument("--quiet", action="store_true", help="show no progress")
    return command


def _face(command: argparse.ArgumentParser) -> None:
    command.add_argument("--face", type=int, default=1, metavar="N", help="which face, 1 the largest (default 1)")


def _prepare(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=run_prepare)
    command.add_argument("picture", help="a picture file with a face in it")
    command.add_argument("-o", "--output", required=True, help="the portrait file to write, such as face.vultus")
    command.add_argument("--likeness", choices=LIKENESSES, help="whose: nobody's, your own, of somebody who agreed")
    command.add_argument("--keep-picture", action="store_true", help="keep the whole picture, for `animate --full`")
    command.add_argument("--note", default="", help="where the picture is from, what was agreed; kept in every film")
    command.add_argument(
        "--points", metavar="FILE", help="JSON that shows where the face is, for a picture in which none is found"
    )
    add_reader(command)
    _face(command)


def _animate(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=run_animate)
    command.add_argument("portrait", help="a portrait file that `vultus prepare` wrote, or a picture")
    command.add_argument(
        "voice", help="any sound or video file in which somebody speaks; or a motion file (.npz, .csv)"
    )
    command.add_argument("--drive", action="store_true", help="move as the face of the video `voice` moves")
    command.add_argument(
        "--sound", "--voice", dest="sound", metavar="FILE", help="what is heard, where `voice` is a motion file"
    )
    _film(command)


def _say(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=run_say)
    command.add_argument("text", help="what to say, or @ and the name of a text file")
    command.add_argument("portrait", help="a portrait file that `vultus prepare` wrote, or a picture")
    add_voice(command)
    _film(command)


def _film(command: argparse.ArgumentParser) -> None:
    command.add_argument("-o", "--output", required=True, help="name.mp4, name.gif, name_%%05d.png or a folder")
    command.add_argument("--size", type=int, default=512, help="pixels a side, even, 64 to 2160 (default 512)")
    command.add_argument("--fps", type=int, default=25, help="frames a second: 25, 30, 50 or 60 (default 25)")
    _look(command)
    command.add_argument("--seed", type=int, default=0, help="another seed, another take (default 0)")
    command.add_argument("--label", default="none", choices=LABELS, help="words that viewers read (default none)")
    _face(command)
    add_controls(command)


def _verify(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=run_verify)
    command.add_argument("thing", help="a video or a picture; - reads a video from standard input")


def _look(command: argparse.ArgumentParser) -> None:
    behind = command.add_mutually_exclusive_group()
    behind.add_argument("--background", metavar="WHAT", help="#rrggbb, blur, or a picture to stand before")
    behind.add_argument("--alpha", action="store_true", help="the person cut out: name.webm, name.mov or PNG files")
    behind.add_argument("--full", action="store_true", help="the whole picture at its own size, --size or not")


def _inspect(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=run_inspect)
    command.add_argument("thing", help="a portrait file, a picture, a video or a sound")
    command.add_argument("-o", "--output", required=True, help="the PNG file to write")
    command.add_argument("--frames", type=int, default=24, help="of a video: how many frames (default 24)")
    command.add_argument("--seed", type=int, default=0, help="of a voice: the seed of its motion (default 0)")
    _face(command)
