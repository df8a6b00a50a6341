package dev.mayfly.core.model;

import java.util.List;

/**
 * Globs over whole paths: {@code *} matches any characters except {@code /}, {@code **} matches any characters, {@code
 * ?} matches one character except {@code /}; {@code /**}{@code /} also matches a single slash. The JDK's globs are not
 * used: its paths depend on the locale, and its regular expressions take exponential time for patterns built to cause
 * that.
 */
public final class Globs {
    /** Longest text that a glob matches, in characters: no call to Linux takes a longer path (PATH_MAX). */
    public static final int LONGEST = 4096;

    private final List<Glob> globs;

    public Globs(List<String> patterns) {
        this.globs = patterns.stream().map(Glob::new).toList();
    }

    /** True if one of the globs matches the path; false for a path of more than {@link #LONGEST} bytes. */
    public boolean match(String path) {
        return new Walk(this).match(path);
    }

    /** True if one of the globs matches everything below the directory. */
    public boolean matchAllBelow(String directory) {
        return new Walk(this).matchAllBelow(directory);
    }

    /** Matches many paths, those of one directory without reading the directory's path again. Not thread-safe. */
    public static final class Walk {
        private final List<Glob> globs;
        /** The directory of the last path, with its last slash. */
        private String directory = "";
        /** The positions of each glob after the directory. */
        private List<long[]> reached;

        public Walk(Globs globs) {
            this.globs = globs.globs;
            this.reached = this.globs.stream().map(Glob::begin).toList();
        }

        /** As {@link Globs#match}. */
        public boolean match(String path) {
            return matches(path, false);
        }

        /** As {@link Globs#matchAllBelow}. */
        public boolean matchAllBelow(String path) {
            return matches(path + "/", true);
        }

        private boolean matches(String path, boolean allBelow) {
            if (Text.exceeds(path, LONGEST)) {
                return false;
            }
            enter(path.substring(0, path.lastIndexOf('/') + 1));
            for (var i = 0; i < globs.size(); i++) {
                var glob = globs.get(i);
                if ((glob.matchesAllBelow() || !allBelow)
                        && glob.accepts(
                                glob.advance(reached.get(i).clone(), path, directory.length(), path.length()))) {
                    return true;
                }
            }
            return false;
        }

        private void enter(String next) {
            if (!next.equals(directory)) {
                directory = next;
                reached = globs.stream()
                        .map(glob -> glob.advance(glob.begin(), next, 0, next.length()))
                        .toList();
            }
        }
    }
}
