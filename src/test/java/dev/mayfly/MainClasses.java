package dev.mayfly;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The classes of {@code src/main} for ArchUnit's rules, imported once for each JVM: that takes seconds. */
public final class MainClasses {
    public static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.mayfly");

    private MainClasses() {}
}
