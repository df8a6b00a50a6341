package dev.mayfly;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import org.junit.jupiter.api.Test;

class OwnerStateTest {

    @Test
    void everyOwnerStateIsCalledInOnePlace() {
        var classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.mayfly.operator");

        assertThat(classes.stream().filter(type -> type.isAssignableTo(OwnerState.class)))
                .hasSizeGreaterThan(10);
        methods()
                .that()
                .haveName("forget")
                .and()
                .haveRawParameterTypes(OwnerId.class)
                .should()
                .beDeclaredInClassesThat()
                .areAssignableTo(OwnerState.class)
                .because("a deletion calls every OwnerState: implement it")
                .check(classes);
    }
}
