package dev.mayfly;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnerStateTest {
    private static final String FORGET = "forget";

    private final JavaClasses classes = MainClasses.ALL;

    private final List<JavaMethodCall> calls = classes.stream()
            .flatMap(type -> type.getMethodCallsFromSelf().stream())
            .filter(call -> call.getName().equals(FORGET) && isOwnerState(call.getTargetOwner()))
            .filter(call -> call.getTarget().getRawParameterTypes().getFirst().isEquivalentTo(OwnerId.class))
            .toList();

    @Test
    void everyClassThatForgetsAnOwnerIsAnOwnerState() {
        methods()
                .that()
                .haveName(FORGET)
                .and()
                .haveRawParameterTypes(OwnerId.class)
                .should()
                .beDeclaredInClassesThat()
                .areAssignableTo(OwnerState.class)
                .because("a deletion calls every OwnerState: implement it")
                .check(classes);
    }

    @Test
    void everyOwnerStateIsCalledInOnePlace() {
        var states = classes.stream()
                .filter(type -> isOwnerState(type) && !type.isInterface())
                .toList();

        assertThat(states).hasSizeGreaterThan(15);
        assertThat(calls)
                .filteredOn(call -> call.getTargetOwner().isEquivalentTo(OwnerState.class))
                .as("the place that calls them all")
                .extracting(call -> call.getOriginOwner().getSimpleName())
                .containsExactly("OwnerStates");
        assertThat(states)
                .as("a deletion calls the beans; let one of them call yours in its own forget")
                .allMatch(state -> state.isAnnotatedWith(ApplicationScoped.class) || isCalledByAnother(state));
    }

    private boolean isCalledByAnother(JavaClass state) {
        return calls.stream()
                .filter(call -> call.getOrigin().getName().equals(FORGET) && isOwnerState(call.getOriginOwner()))
                .filter(call -> !call.getOriginOwner().equals(state))
                .map(JavaMethodCall::getTargetOwner)
                .anyMatch(target -> !target.isEquivalentTo(OwnerState.class) && state.isAssignableTo(target.getName()));
    }

    private static boolean isOwnerState(JavaClass type) {
        return type.isAssignableTo(OwnerState.class);
    }
}
