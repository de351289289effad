package bench.runner;

import static org.objectweb.asm.Opcodes.ASM9;
import static org.objectweb.asm.Opcodes.DUP2;
import static org.objectweb.asm.Opcodes.DUP2_X1;
import static org.objectweb.asm.Opcodes.DUP_X2;
import static org.objectweb.asm.Opcodes.H_INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.POP;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/** A class being rewritten: calls that touch something are announced, and those that would end the process do not. */
final class Watched extends ClassVisitor {
    private static final String TOUCHES = "bench/runner/Touches";
    private static final int ROOM = 4; // places on the stack that a note of what is compared needs
    private static final Set<String> COMPARING =
        Set.of("assertEquals", "assertArrayEquals", "assertIterableEquals", "assertLinesMatch");

    /** Calls by what they touch; with parameters where others of that name touch nothing. */
    private static final Map<String, String> CALLS = calls(Map.of(
        "clock",
        "System.currentTimeMillis System.nanoTime Date.<init>() Calendar.getInstance GregorianCalendar.<init>()"
            + " Instant.now() LocalDate.now() LocalTime.now() LocalDateTime.now() ZonedDateTime.now() OffsetDateTime.now()"
            + " OffsetTime.now() Year.now() YearMonth.now() MonthDay.now() LocalDate.now(ZoneId) LocalTime.now(ZoneId)"
            + " LocalDateTime.now(ZoneId) ZonedDateTime.now(ZoneId) OffsetDateTime.now(ZoneId) Year.now(ZoneId)"
            + " YearMonth.now(ZoneId) MonthDay.now(ZoneId) Clock.systemUTC Clock.systemDefaultZone Clock.system",
        "sleep",
        "Thread.sleep TimeUnit.sleep",
        "random",
        "Math.random StrictMath.random Random.<init>() SecureRandom.<init> ThreadLocalRandom.current"
            + " SplittableRandom.<init>() UUID.randomUUID Collections.shuffle(List)",
        "network",
        "Socket.<init> Socket.connect ServerSocket.<init> DatagramSocket.<init> InetAddress.getByName"
            + " InetAddress.getAllByName HttpClient.send HttpClient.sendAsync URL.openStream Jsoup.connect"
            + " HttpURLConnection.connect HttpURLConnection.getInputStream HttpURLConnection.getResponseCode"));

    Watched(ClassVisitor next) {
        super(ASM9, next);
    }

    private static Map<String, String> calls(Map<String, String> kinds) {
        Map<String, String> found = new HashMap<>();
        kinds.forEach((kind, calls) -> {
            for (String call : calls.split(" ")) found.put(call, kind);
        });
        return found;
    }

    /** What a call touches, by the simple names of its class and parameters; null where it is nothing. */
    private static String touched(String owner, String name, String descriptor) {
        boolean known = owner.startsWith("java/") || owner.startsWith("org/jsoup/");
        if (!known) return null;
        String call = simple(owner) + "." + name;
        String any = CALLS.get(call);
        if (any != null) return any;
        StringBuilder parameters = new StringBuilder();
        for (Type type : Type.getArgumentTypes(descriptor)) parameters.append(simple(type.getInternalName()));
        return CALLS.get(call + "(" + parameters + ")");
    }

    private static String simple(String owner) {
        return owner.substring(owner.lastIndexOf('/') + 1);
    }

    @Override
    public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] thrown) {
        MethodVisitor next = super.visitMethod(access, name, descriptor, signature, thrown);
        return next == null ? null : new Method(next);
    }

    private static final class Method extends MethodVisitor {
        Method(MethodVisitor next) {
            super(ASM9, next);
        }

        @Override
        public void visitMaxs(int stack, int locals) {
            super.visitMaxs(stack + ROOM, locals);
        }

        @Override
        public void visitMethodInsn(int code, String owner, String name, String descriptor, boolean isInterface) {
            announce(owner, name, descriptor);
            if (ends(owner, name)) {
                String added = owner.equals("java/lang/System") ? "(I)V" : "(Ljava/lang/Runtime;I)V";
                super.visitMethodInsn(INVOKESTATIC, TOUCHES, "exit", added, false);
                return;
            }
            if (COMPARING.contains(name)) compare(owner, name, Type.getArgumentTypes(descriptor));
            super.visitMethodInsn(code, owner, name, descriptor, isInterface);
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle made, Object... arguments) {
            Object[] changed = arguments.clone();
            for (int i = 0; i < changed.length; i++) {
                if (changed[i] instanceof Handle) changed[i] = referred((Handle) changed[i]);
            }
            super.visitInvokeDynamicInsn(name, descriptor, made, changed);
        }

        /** A reference to a method, as `Math::random`, touches as calling it does. */
        private Handle referred(Handle to) {
            announce(to.getOwner(), to.getName(), to.getDesc());
            if (!ends(to.getOwner(), to.getName()) || to.getTag() != H_INVOKESTATIC) return to;
            return new Handle(to.getTag(), TOUCHES, "exit", to.getDesc(), false);
        }

        private void announce(String owner, String name, String descriptor) {
            String kind = touched(owner, name, descriptor);
            if (kind == null) return;
            visitLdcInsn(kind);
            super.visitMethodInsn(INVOKESTATIC, TOUCHES, "touch", "(Ljava/lang/String;)V", false);
        }

        private static boolean ends(String owner, String name) {
            boolean machine = owner.equals("java/lang/Runtime") && (name.equals("exit") || name.equals("halt"));
            return machine || owner.equals("java/lang/System") && name.equals("exit");
        }

        /** Note both sides, where they are objects that lie on top of the stack, or below a message. */
        private void compare(String owner, String name, Type[] types) {
            boolean later = owner.equals("org/junit/jupiter/api/Assertions");
            if (!later && !owner.equals("org/junit/Assert")) return;
            int first = later ? 0 : types.length - 2;
            boolean objects = types.length <= 3 && first >= 0 && refers(types[first]) && refers(types[first + 1]);
            if (!objects || later && types.length == 3 && !refers(types[2])) {
                super.visitMethodInsn(INVOKESTATIC, TOUCHES, "forget", "()V", false);
            } else if (later && types.length == 3) {
                visitInsn(DUP_X2);
                visitInsn(POP);
                visitInsn(DUP2_X1);
                note(name); // leaves expected, actual, message
            } else {
                visitInsn(DUP2);
                note(name);
            }
        }

        private void note(String name) {
            visitLdcInsn(name);
            String descriptor = "(Ljava/lang/Object;Ljava/lang/Object;Ljava/lang/String;)V";
            super.visitMethodInsn(INVOKESTATIC, TOUCHES, "compare", descriptor, false);
        }

        private static boolean refers(Type type) {
            return type.getSort() == Type.OBJECT || type.getSort() == Type.ARRAY;
        }
    }
}
