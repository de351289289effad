#!/bin/sh
# The last step of the image's build, run in it as root: extra files, runners, and a list of what is inside.
set -eu
source=/opt/bench/source
python=/opt/venv/bin/python
fastjson2=0ecbe55774cd09862db79f4c7eeb948b41b1ed9f7b90ffd705d01501ea2b4b41

# nltk reads data below its environment. What the build was given comes first, then its own downloader; else it goes without.
"$python" -I "$source/nltk_data.py" "$source/files" /opt/venv/nltk_data

mkdir -p /opt/bench/jars
jar="$source/files/fastjson2-2.0.41.jar"
if [ -e "$jar" ]; then
    echo "$fastjson2  $jar" | sha256sum --check --quiet
    cp "$jar" /opt/bench/jars/
fi

if [ -e "$source/python/runner.py" ]; then
    cp -r "$source/python" /opt/bench/python
    "$python" -m compileall -q /opt/bench/python
    printf '#!/bin/sh\nexec %s -I -B /opt/bench/python/runner.py\n' "$python" > /opt/bench/python-runner
    # A trial's sets have one order, another where a round is repeated in a new process; -I would not let it be named.
    printf '#!/bin/sh\nPYTHONHASHSEED=0 exec %s -s -P -B /opt/bench/python/trial.py /tmp\n' "$python" > /opt/bench/python-trial
    chmod 755 /opt/bench/python-runner /opt/bench/python-trial
fi
if [ -e "$source/java/build.sh" ]; then sh "$source/java/build.sh"; fi

# Everything that a problem imports loads, here and now rather than in the middle of a run.
"$python" -I -c 'import bs4, cryptography, cv2, docx, lxml, nltk, numpy, openpyxl, pandas, PIL, PyPDF2, pytest, scipy, sklearn, torch'

# The folder that is mounted over at run time: the mount takes on its mode.
mkdir -p /work
chmod 1777 /work

"$python" -I "$source/contents.py" > /opt/bench/contents.json
rm -rf "$source"
