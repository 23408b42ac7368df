"""Checks what 'fold reduce' wrote with other people's readers: tarfile, zlib, json, xml. Usage: check_files.py ARCHIVE"""
import io
import json
import struct
import sys
import tarfile
import xml.etree.ElementTree as ET
import zlib

raw = open(sys.argv[1], "rb").read()
assert len(raw) % 512 == 0 and raw[-1024:] == bytes(1024)
files = {}
with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
    for member in tar:
        assert member.isreg() and member.mtime == 0 and member.uid == 0 and member.mode == 0o644, member
        files[member.name] = tar.extractfile(member).read()
assert list(files) == ["summary.txt", "summary.json", "fold.pdb", "fold.svg", "fold.png"], list(files)

summary = json.loads(files["summary.json"])
fold, hp = summary["fold"], summary["sequence"]
step = {"R": (1, 0, 0), "L": (-1, 0, 0), "U": (0, 1, 0), "D": (0, -1, 0), "F": (0, 0, 1), "B": (0, 0, -1)}
points = [(0, 0, 0)]
for letter in fold:
    points.append(tuple(a + b for a, b in zip(points[-1], step[letter])))
assert len(points) == len(hp) == summary["residues"] and len(set(points)) == len(points)
contacts = sum(1 for i in range(len(hp)) for k in range(i + 2, len(hp)) if hp[i] == hp[k] == "H"
               and sum(abs(a - b) for a, b in zip(points[i], points[k])) == 1)
assert summary["energy"] == -contacts == min(r["energy"] for r in summary["results"])
assert f"energy       {-contacts}\n" in files["summary.txt"].decode()

lines = files["fold.pdb"].decode("ascii").split("\n")
assert lines.pop() == "" and all(len(line) == 80 for line in lines) and lines[-1].rstrip() == "END"
atoms = [line for line in lines if line.startswith("ATOM  ")]
assert len(atoms) == len(hp)
for i, line in enumerate(atoms):
    assert int(line[6:11]) == int(line[22:26]) == i + 1 and line[12:16] == " CA " and line[21] == "A" and line[76:78] == " C"
    assert [float(line[30:38]), float(line[38:46]), float(line[46:54])] == [round(3.8 * a, 3) for a in points[i]]
    assert float(line[60:66]) == (50 if hp[i] == "H" else 10)
bonds = {tuple(sorted((int(line[6:11]), int(line[k:k + 5])))) for line in lines if line.startswith("CONECT")
         for k in (11, 16) if line[k:k + 5].strip()}
assert bonds == {(i, i + 1) for i in range(1, len(hp))}

svg = ET.fromstring(files["fold.svg"])
assert svg.tag == "{http://www.w3.org/2000/svg}svg"
assert len(svg.findall(".//{http://www.w3.org/2000/svg}line")) == len(hp) - 1

png = files["fold.png"]
assert png[:8] == b"\x89PNG\r\n\x1a\n" and len(png) < 200_000, len(png)
at, chunks = 8, []
while at < len(png):
    size, kind = struct.unpack(">I4s", png[at:at + 8])
    body = png[at + 8:at + 8 + size]
    assert zlib.crc32(kind + body) == struct.unpack(">I", png[at + 8 + size:at + 12 + size])[0], kind
    chunks.append((kind, body))
    at += 12 + size
assert [k for k, _ in chunks] == [b"IHDR", b"IDAT", b"IEND"]
width, height = struct.unpack(">II", chunks[0][1][:8])
pixels = zlib.decompress(chunks[1][1])
assert width == height and len(pixels) == height * (3 * width + 1)
assert all(pixels[y * (3 * width + 1)] < 5 for y in range(height))
print(f"archive {len(raw)} bytes, picture {width}x{height}, {len(png)} bytes, energy {-contacts}")
