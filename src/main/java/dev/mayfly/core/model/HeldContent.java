package dev.mayfly.core.model;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.stream.Stream;

/** The content of ConfigMaps and Secrets that templates hold in memory. */
public final class HeldContent {
    private HeldContent() {}

    /** Bytes of files and characters of variables; those that several of the templates share count once. */
    public static long of(Stream<Template> templates) {
        var counted = Collections.newSetFromMap(new IdentityHashMap<Object, Boolean>());
        return templates
                .mapToLong(template -> template.volumes().values().stream()
                                .filter(Volume.Files.class::isInstance)
                                .flatMap(volume -> ((Volume.Files) volume).files().values().stream())
                                .map(Volume.FileContent::shared)
                                .filter(counted::add)
                                .mapToLong(bytes -> bytes.length)
                                .sum()
                        + template.process().env().stream()
                                .map(Template.Env::value)
                                .filter(counted::add)
                                .mapToLong(String::length)
                                .sum())
                .sum();
    }
}
