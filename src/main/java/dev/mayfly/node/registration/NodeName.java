package dev.mayfly.node.registration;

import java.util.Locale;

/** Names of virtual nodes. */
public final class NodeName {
    /** The name is also the value of the label {@code kubernetes.io/hostname}. */
    private static final int LONGEST = 63;

    private NodeName() {}

    /**
     * A valid name made of both, at most 63 characters long.
     *
     * @param installation name of the installation
     * @param identity of the operator, such as its host's name; characters that a node's name can't have become {@code -}
     */
    public static String of(String installation, String identity) {
        var name = new StringBuilder();
        (installation + "-" + identity)
                .toLowerCase(Locale.ROOT)
                .chars()
                .map(c -> isAlphanumeric(c) ? c : '-')
                .limit(LONGEST)
                .forEach(c -> append(name, (char) c));
        while (!name.isEmpty() && name.charAt(name.length() - 1) == '-') {
            name.setLength(name.length() - 1);
        }
        return name.isEmpty() ? "mayfly" : name.toString();
    }

    private static void append(StringBuilder name, char c) {
        if (c != '-' || !name.isEmpty()) {
            name.append(c);
        }
    }

    /**
     * @return the name
     * @throws IllegalArgumentException if a node can't have that name: 1 to 63 of {@code a-z0-9-}, alphanumeric at both ends
     */
    public static String valid(String name) {
        if (!name.equals(of(name, ""))) {
            throw new IllegalArgumentException(
                    "mayfly.node.registered-name is " + name
                            + ", but must be 1 to 63 lower-case letters, digits and '-', and begin and end with a letter or digit");
        }
        return name;
    }

    private static boolean isAlphanumeric(int c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
    }
}
