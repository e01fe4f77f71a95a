#!/usr/bin/python3
"""drop.py WINDOW PATH...: drags files over a window of the display and drops them there, as a file manager does (XDND 5)."""

import pathlib
import sys

from Xlib import X, Xatom, display
from Xlib.protocol import event

screen = display.Display()
target = screen.create_resource_object("window", int(sys.argv[1], 0))
files = [pathlib.Path(path).resolve().as_uri() for path in sys.argv[2:]]
root = screen.screen().root
source = root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)


def atom(name):
    return screen.intern_atom(name)


def tell(kind, *data):
    data = [source.id, *data] + [0] * (4 - len(data))
    target.send_event(event.ClientMessage(window=target, client_type=atom(kind), data=(32, data)))
    screen.flush()


def await_message(kind):
    """Answers who asks for the files until the target says `kind`."""
    while True:
        said = screen.next_event()
        if said.type == X.SelectionRequest:
            said.requestor.change_property(said.property, said.target, 8, "\r\n".join(files + [""]).encode())
            answer = event.SelectionNotify(
                time=said.time, requestor=said.requestor, selection=said.selection, target=said.target, property=said.property
            )
            said.requestor.send_event(answer)
            screen.flush()
        elif said.type == X.ClientMessage and said.client_type == atom(kind):
            return said.data[1]


aware = target.get_full_property(atom("XdndAware"), Xatom.ATOM)
assert aware, "the window takes no drops"
source.set_selection_owner(atom("XdndSelection"), X.CurrentTime)
place = target.get_geometry()
middle = target.translate_coords(root, 0, 0)
x, y = place.width // 2 - middle.x, place.height // 2 - middle.y

tell("XdndEnter", 5 << 24, atom("text/uri-list"))
tell("XdndPosition", 0, x << 16 | y, X.CurrentTime, atom("XdndActionCopy"))
status = await_message("XdndStatus")
assert status[1] & 1, "the window refuses the drop"
tell("XdndDrop", 0, X.CurrentTime)
await_message("XdndFinished")
