"""What JaCoCo's own agent and analysis find of a suite, run by JUnit's own console: the oracle of our measuring."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from conftest import absent
from java_local import JARS

NAMES = ("org.jacoco.agent.rt", "org.jacoco.core", "org.jacoco.report", "asm", "asm-commons", "asm-tree")
PREMAIN = "Premain-Class: org.jacoco.agent.rt.internal.PreMain\nClass-Path: {jars}\n"
REPORT = """
import java.io.File;
import org.jacoco.core.analysis.*;
import org.jacoco.core.tools.ExecFileLoader;
public class Report {
    public static void main(String[] args) throws Exception {
        ExecFileLoader loader = new ExecFileLoader();
        loader.load(new File(args[0]));
        CoverageBuilder builder = new CoverageBuilder();
        Analyzer analyzer = new Analyzer(loader.getExecutionDataStore(), builder);
        for (File file : new File(args[1]).listFiles()) {
            if (!file.getName().startsWith("SolutionTest")) analyzer.analyzeAll(file);
        }
        for (ISourceFileCoverage file : builder.getSourceFiles()) {
            ICounter branches = file.getBranchCounter();
            System.out.println("branches " + branches.getCoveredCount() + " " + branches.getTotalCount());
            for (int line = file.getFirstLine(); line <= file.getLastLine(); line++) {
                ICounter found = file.getLine(line).getInstructionCounter();
                if (found.getTotalCount() > 0) System.out.println(line + " " + found.getCoveredCount());
            }
        }
    }
}
"""


@dataclass(frozen=True)
class Found:
    """Lines that there are, those that were reached, and the branches that were taken of all."""

    lines: frozenset[int]
    reached: frozenset[int]
    branches: tuple[int, int]


def of_the_agent(classes: Mapping[str, bytes], folder: Path) -> Found:
    """Run the tests of `SolutionTest` with the agent, and read its report."""
    jars = [JARS / f"{name}.jar" for name in NAMES]
    if lacking := [jar.name for jar in jars if not jar.exists()]:
        absent("java", f"NOT TESTED: no {', '.join(lacking)} here: install libjacoco-java")
    there = folder / "classes"
    there.mkdir()
    for name, content in classes.items():
        (there / name).write_bytes(content)
    agent = _agent(folder, jars)
    junit = JARS / "junit-platform-console-standalone.jar"
    asked = [
        "java",
        f"-javaagent:{agent}=destfile={folder / 'found.exec'},jmx=false,includes=Solution*",
        "-cp",
        f"{there}:{junit}",
    ]
    _run([*asked, "org.junit.platform.console.ConsoleLauncher", "-c", "SolutionTest"])
    (folder / "Report.java").write_text(REPORT)
    path = ":".join(map(str, jars))
    return _read(_run(["java", "-cp", path, str(folder / "Report.java"), str(folder / "found.exec"), str(there)]))


def _agent(folder: Path, jars: list[Path]) -> Path:
    """Debian's jar of the agent does not say that it is one."""
    manifest, agent = folder / "manifest", folder / "agent.jar"
    manifest.write_text(PREMAIN.format(jars="\n  ".join(jar.as_uri() for jar in jars)))
    _run(["jar", "--create", "--file", str(agent), "--manifest", str(manifest)])
    return agent


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _read(report: str) -> Found:
    lines: set[int] = set()
    reached: set[int] = set()
    branches = (0, 0)
    for each in report.splitlines():
        words = each.split()
        if words[0] == "branches":
            branches = (int(words[1]), int(words[2]))
        else:
            lines.add(int(words[0]))
            reached.update({int(words[0])} if int(words[1]) else ())
    return Found(frozenset(lines), frozenset(reached), branches)
