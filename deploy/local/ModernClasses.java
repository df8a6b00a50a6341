import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/**
 * Copies a jar with its classes in the form of Java 21: java ModernClasses.java OUT JAR. A cache of classes (JEP 483) takes none that
 * was compiled for Java 5, as picocli's are, since those have no stack maps.
 */
final class ModernClasses {
    private static final ClassTransform MODERN = ClassTransform.transformingMethodBodies(CodeBuilder::with)
            .andThen((builder, element) -> builder.with(
                    element instanceof ClassFileVersion ? ClassFileVersion.of(ClassFile.JAVA_21_VERSION, 0) : element));

    private ModernClasses() {}

    public static void main(String... arguments) throws IOException {
        try (var in = new JarFile(arguments[1]);
                var out = new JarOutputStream(Files.newOutputStream(Path.of(arguments[0])))) {
            var parser = ClassFile.of(
                    StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(resolver(in)
                            .orElse(ClassHierarchyResolver.defaultResolver())));
            for (var entry : in.stream().filter(file -> !file.isDirectory()).toList()) {
                var content = in.getInputStream(entry).readAllBytes();
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(
                        entry.getName().endsWith(".class") && !entry.getName().endsWith("module-info.class")
                                ? parser.transformClass(parser.parse(content), MODERN)
                                : content);
            }
        }
    }

    /** Of the jar's own classes. */
    private static ClassHierarchyResolver resolver(JarFile jar) {
        return ClassHierarchyResolver.ofResourceParsing(type -> {
                    var name = type.descriptorString();
                    var entry = jar.getEntry(name.substring(1, name.length() - 1) + ".class");
                    try {
                        return entry == null ? null : jar.getInputStream(entry);
                    } catch (IOException unreadable) {
                        throw new UncheckedIOException(unreadable);
                    }
                })
                .cached();
    }
}
