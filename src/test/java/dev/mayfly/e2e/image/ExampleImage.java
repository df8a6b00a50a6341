package dev.mayfly.e2e.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * An image that a test makes, a workload that runs it, and what the policies must say of it.
 *
 * @param story what it is an example of; the workload's name
 * @param reference under which it is made
 * @param dockerfile what follows {@code FROM busybox:1.36}; empty: another example makes it
 * @param used from the reference under which it is made to how the workload names it
 * @param template more of the workload's template
 * @param broken rules that it breaks; empty: it runs
 */
record ExampleImage(
        String story,
        String reference,
        List<String> dockerfile,
        UnaryOperator<String> used,
        String template,
        Set<String> broken) {

    /** Breaks no rule: a user by number, and the required label. */
    static final List<String> GOOD = List.of("USER 1000", "LABEL team=shop");

    static ExampleImage of(String story, String... dockerfile) {
        return new ExampleImage(
                story,
                "mayfly-test/policy-" + story + ":1",
                List.of(dockerfile),
                UnaryOperator.identity(),
                "",
                Set.of());
    }

    /** Breaks every rule. */
    static ExampleImage good(String story, String... more) {
        var all = new ArrayList<>(GOOD);
        all.addAll(List.of(more));
        return of(story, all.toArray(String[]::new));
    }

    ExampleImage at(String other) {
        return new ExampleImage(story, other, dockerfile, used, template, broken);
    }

    ExampleImage usedAs(UnaryOperator<String> name) {
        return new ExampleImage(story, reference, dockerfile, name, template, broken);
    }

    ExampleImage with(String more) {
        return new ExampleImage(story, reference, dockerfile, used, more, broken);
    }

    ExampleImage breaks(String... rules) {
        return new ExampleImage(story, reference, dockerfile, used, template, new TreeSet<>(Set.of(rules)));
    }

    void make() {
        if (!dockerfile.isEmpty()) {
            var lines = new ArrayList<>(List.of("FROM busybox:1.36", "LABEL example=" + story));
            lines.addAll(dockerfile);
            Cli.image(reference, lines.toArray(String[]::new));
        }
    }

    /** The same image as it is on the engine, but made at that time. */
    static void dated(String reference, String created) {
        var made = Cli.shell("set -e; d=$(mktemp -d); trap 'rm -rf $d' EXIT; cd $d; docker save " + reference
                + " | tar x; c=$(sed 's/.*\"Config\":\"\\([^\"]*\\)\".*/\\1/' manifest.json);"
                + " sed -i 's/\"created\":\"[^\"]*\"/\"created\":\"" + created + "\"/g' $c;"
                + " n=$(sha256sum $c | cut -d' ' -f1).json; mv $c $n; sed -i \"s|$c|$n|\" manifest.json; rm -f repositories;"
                + " tar c * | docker load");
        if (made.code() != 0) {
            throw new AssertionError(made.output());
        }
    }
}
