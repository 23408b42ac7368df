package org.zennet.workbench.internal.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.osgi.util.NLS;
import org.zennet.services.publisher.ForecastService.Forecast;
import org.zennet.services.publisher.ForecastService.OfferCost;
import org.zennet.services.publisher.ForecastService.Outline;

/** What a job file asks for and what it would cost, in words. */
public final class JobOutline {
    /** The headings of what a job would cost at each offer. */
    public static final List<String> OFFERS = List.of(Messages.provider, Messages.thisJob, Messages.atLeast, Messages.atMost, Messages.rates,
            Messages.strategy, Messages.atRate, Messages.note);

    private JobOutline() { }

    /** What it runs, a line each. */
    public static String work(Outline o) {
        return NLS.bind(Messages.outlineWork, new Object[] {o.name(), Figures.count(o.tasks(), Messages.oneTask, Messages.manyTasks),
            Figures.count(o.replicas(), Messages.oneProvider, Messages.manyProviders)}) + (o.reduce() ? " " + Messages.outlineReduce : "")
            + "\n" + NLS.bind(Messages.outlineRuns, Figures.count(o.runs(), Messages.oneRun, Messages.manyRuns), o.backend());
    }

    /** Machines and money, a line each. */
    public static List<Detail> limits(Outline o) {
        return List.of(new Detail("", Messages.machines, NLS.bind(Messages.atMostN, o.machines())), new Detail("", Messages.budget, NLS.bind(Messages.mostPromised, o.budget())),
                new Detail("", Messages.oneRunTitle, NLS.bind(Messages.atMostN, o.perRun())), new Detail("", Messages.deadline, NLS.bind(Messages.afterSubmit,
                        Figures.duration(Duration.ofMillis(o.deadlineMillis())))));
    }

    /** Who can read the data. */
    public static String readers(Outline o) {
        return Character.toUpperCase(o.readers().charAt(0)) + o.readers().substring(1) + (o.readers().endsWith(".") ? "" : ".");
    }

    /** What is known without a measurement. */
    public static String unmeasured(Outline o) {
        return NLS.bind(Messages.unmeasuredCost, o.budget());
    }

    /** What it would cost, by a measurement. */
    public static String cost(Forecast f) {
        StringBuilder s = new StringBuilder(NLS.bind(Messages.costForecast,
                new Object[] {f.expected(), f.low(), f.high()})).append('\n').append(NLS.bind(Messages.timeForecast,
                Figures.duration(Duration.ofMillis(f.wallMillis())))).append('\n').append(NLS.bind(Messages.measuredBy,
                new Object[] {Figures.count(f.samples(), Messages.oneRun, Messages.manyRuns), f.probeCost(), Figures.usage(f.run())}));
        f.notes().forEach(n -> s.append('\n').append(Messages.note).append(": ").append(n));
        if (f.expected().isMoreThan(f.outline().budget())) {
            s.append('\n').append(NLS.bind(Messages.notEnough, f.outline().budget()));
        }
        return s.toString();
    }

    /** One line per offer, the cheapest first. */
    public static List<Row> offers(Forecast f) {
        List<Row> all = new ArrayList<>();
        for (OfferCost o : f.offers()) {
            all.add(Row.of(o.provider(), Figures.brief(o.provider()), o.cost().toString(), o.low().toString(), o.high().toString(), o.agreed() ? Messages.agreed : Messages.asked,
                    o.strategy(), o.rates().describe(), o.note().orElse("")));
        }
        return all;
    }
}
