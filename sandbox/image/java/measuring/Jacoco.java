package bench.runner;

import static org.objectweb.asm.Opcodes.ASM9;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jacoco.core.analysis.Analyzer;
import org.jacoco.core.analysis.IClassCoverage;
import org.jacoco.core.data.ExecutionData;
import org.jacoco.core.data.ExecutionDataStore;
import org.jacoco.core.instr.Instrumenter;
import org.jacoco.core.internal.data.CRC64;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;

/** Lines and probes of JaCoCo. It sees a class as a whole, so that what a test reaches is analysed anew for each test. */
final class Jacoco implements Coverage {
    private static final String PROBES = "bench/runner/Probes";

    private final Map<String, byte[]> instrumented = new TreeMap<>();
    private final Map<String, byte[]> plain = new HashMap<>();
    private final Map<String, Integer> probes = new TreeMap<>();
    private final Map<String, boolean[]> all = new HashMap<>();
    private final Map<String, List<String>> reached = new LinkedHashMap<>();
    private final Map<String, Collection<String>> known = new HashMap<>();

    Jacoco(Map<String, byte[]> classes, String testFile) {
        classes.forEach((file, content) -> {
            About about = About.of(content);
            if (!testFile.equals(about.source)) add(file, about.name, about.plain(content));
        });
    }

    private void add(String file, String name, byte[] content) {
        try {
            instrumented.put(file, new Instrumenter(this::accessor).instrument(content, name));
            plain.put(name, content);
        } catch (IOException unreadable) {
            Surroundings.SAID.println("what is reached in " + name + " cannot be measured: " + unreadable);
        }
    }

    private int accessor(long id, String name, int count, MethodVisitor to) {
        probes.put(name, count);
        to.visitLdcInsn(name);
        to.visitLdcInsn(count);
        to.visitMethodInsn(INVOKESTATIC, PROBES, "of", "(Ljava/lang/String;I)[Z", false);
        return 2;
    }

    @Override
    public Map<String, byte[]> instrumented() {
        return instrumented;
    }

    @Override
    public void note(String test, Map<String, boolean[]> hits) {
        Collection<String> lines = new TreeSet<>(Jacoco::inOrder);
        List<String> branches = new ArrayList<>();
        for (Map.Entry<String, boolean[]> each : new TreeMap<>(hits).entrySet()) {
            String name = each.getKey();
            if (!probes.containsKey(name)) continue;
            lines.addAll(known.computeIfAbsent(key(each), first -> lines(analysed(name, each.getValue()), true)));
            boolean[] whole = all.computeIfAbsent(name, first -> new boolean[each.getValue().length]);
            for (int i = 0; i < whole.length; i++) {
                if (each.getValue()[i]) branches.add(name + "#" + i);
                whole[i] |= each.getValue()[i];
            }
        }
        List<String> both = new ArrayList<>(lines);
        both.addAll(branches);
        reached.put(test, both);
    }

    private static String key(Map.Entry<String, boolean[]> hits) {
        return hits.getKey() + Arrays.toString(hits.getValue());
    }

    @Override
    public Map<String, Object> report() {
        Collection<String> lines = new TreeSet<>(Jacoco::inOrder);
        int taken = 0;
        int most = 0;
        for (String name : plain.keySet()) {
            for (IClassCoverage found : analysed(name, all.get(name))) {
                taken += found.getBranchCounter().getCoveredCount();
                most += found.getBranchCounter().getTotalCount();
                lines.addAll(lines(List.of(found), false));
            }
        }
        return Map.of(
            "lines", new ArrayList<>(lines), "branches", branches(), "tests", reached, "branches_taken", taken,
            "branches_all", most);
    }

    private List<String> branches() {
        List<String> found = new ArrayList<>();
        probes.forEach((name, count) -> {
            for (int i = 0; i < count; i++) found.add(name + "#" + i);
        });
        return found;
    }

    /** A class with these probes reached; nothing for one without code. */
    private List<IClassCoverage> analysed(String name, boolean[] hits) {
        byte[] content = plain.get(name);
        ExecutionDataStore store = new ExecutionDataStore();
        if (hits != null) store.put(new ExecutionData(CRC64.classId(content), name, hits));
        List<IClassCoverage> found = new ArrayList<>();
        try {
            new Analyzer(store, found::add).analyzeClass(content, name);
        } catch (IOException unreadable) {
            Surroundings.SAID.println("what is reached in " + name + " cannot be analysed: " + unreadable);
        }
        return found;
    }

    private static Collection<String> lines(List<IClassCoverage> classes, boolean reached) {
        List<String> found = new ArrayList<>();
        for (IClassCoverage each : classes) {
            for (int line = Math.max(each.getFirstLine(), 0); line <= each.getLastLine(); line++) {
                var counter = each.getLine(line).getInstructionCounter();
                int count = reached ? counter.getCoveredCount() : counter.getTotalCount();
                if (count > 0) found.add(each.getSourceFileName() + ":" + line);
            }
        }
        return found;
    }

    /** `File.java:9` before `File.java:10`. */
    private static int inOrder(String one, String other) {
        int first = one.lastIndexOf(':');
        int second = other.lastIndexOf(':');
        int files = one.substring(0, first).compareTo(other.substring(0, second));
        return files != 0 ? files : Integer.valueOf(one.substring(first + 1)).compareTo(Integer.valueOf(other.substring(second + 1)));
    }

    /** What a class file says of itself. */
    private static final class About extends ClassVisitor {
        private String name;
        private String source;
        private boolean isSealed;

        private About() {
            super(ASM9);
        }

        static About of(byte[] content) {
            About about = new About();
            new ClassReader(content).accept(about, ClassReader.SKIP_CODE);
            return about;
        }

        @Override
        public void visit(int version, int access, String called, String signature, String above, String[] interfaces) {
            name = called;
        }

        @Override
        public void visitSource(String file, String debug) {
            source = file;
        }

        @Override
        public void visitPermittedSubclass(String permitted) {
            isSealed = true;
        }

        /** Without what this JaCoCo does not know: which classes a sealed one permits. */
        byte[] plain(byte[] content) {
            if (!isSealed) return content;
            ClassReader reader = new ClassReader(content);
            ClassWriter writer = new ClassWriter(reader, 0);
            reader.accept(new ClassVisitor(ASM9, writer) {
                @Override
                public void visitPermittedSubclass(String permitted) {}
            }, 0);
            return writer.toByteArray();
        }
    }
}
