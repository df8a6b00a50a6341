import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes one jar of several, uncompressed, so that a program that lives for a moment opens one file: java CommandJar.java OUT
 * MAIN JAR…, where MAIN is the class to run. Of classes with the same name the first jar's is taken; files of META-INF/services are appended.
 */
final class CommandJar {
    private static final String SERVICES = "META-INF/services/";
    /**
     * For other versions of Java; what holds for the former jar as a whole; the log of a Quarkus program that starts, which keeps each
     * line, also those of each byte that is read, until there is a configuration, which a command has not.
     */
    private static final List<String> LEFT_OUT = List.of(
            "META-INF/versions/", "META-INF/MANIFEST.MF", "module-info.class", "META-INF/services/org.jboss.logmanager.");

    private CommandJar() {}

    public static void main(String... arguments) throws IOException {
        var services = new LinkedHashMap<String, ByteArrayOutputStream>();
        var names = new HashSet<String>();
        try (var out = new ZipOutputStream(Files.newOutputStream(Path.of(arguments[0])))) {
            out.setMethod(ZipOutputStream.STORED);
            put(out, JarFile.MANIFEST_NAME, manifest(arguments[1]));
            for (var jar : List.of(arguments).subList(2, arguments.length)) {
                try (var in = new JarFile(jar)) {
                    for (var entry : in.stream().filter(CommandJar::isKept).toList()) {
                        var content = in.getInputStream(entry).readAllBytes();
                        if (entry.getName().startsWith(SERVICES)) {
                            var all = services.computeIfAbsent(entry.getName(), name -> new ByteArrayOutputStream());
                            all.write(content);
                            all.write('\n');
                        } else if (names.add(entry.getName())) {
                            put(out, entry.getName(), content);
                        }
                    }
                }
            }
            for (var service : services.entrySet()) {
                put(out, service.getKey(), service.getValue().toByteArray());
            }
        }
    }

    private static byte[] manifest(String main) {
        return "Manifest-Version: 1.0\nMain-Class: %s\n".formatted(main).getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isKept(JarEntry entry) {
        var name = entry.getName();
        return !entry.isDirectory()
                && LEFT_OUT.stream().noneMatch(name::startsWith)
                && !name.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)"); // signatures of the former jar
    }

    private static void put(ZipOutputStream out, String name, byte[] content) throws IOException {
        var entry = new ZipEntry(name);
        var sum = new CRC32();
        sum.update(content);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        out.putNextEntry(entry);
        out.write(content);
    }
}
