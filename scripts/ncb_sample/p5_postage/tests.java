import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;

import java.util.List;

class PostageTest {
    @Test
    void aFlatTariffIsTheSameForAll() {
        Tariff tariff = new FlatTariff(520, 3000);
        assertEquals(520, tariff.cost(1));
        assertEquals(520, tariff.cost(3000));
    }

    @Test
    void aFlatTariffTakesNoHeavierParcel() {
        assertEquals(-1, new FlatTariff(520, 3000).cost(3001));
    }

    @Test
    void stepsAreCountedWhenBegun() {
        Tariff tariff = new StepTariff(300, 90);
        assertEquals(300, tariff.cost(200));
        assertEquals(300, tariff.cost(1000));
        assertEquals(390, tariff.cost(1001));
        assertEquals(390, tariff.cost(1500));
        assertEquals(660, tariff.cost(2600));
    }

    @Test
    void anybodyCanBeACarrier() {
        Tariff mine = grams -> grams / 10;
        assertEquals(80, Postage.cheapest(List.of(mine, new StepTariff(300, 90)), 800));
        assertEquals(175, new StepTariff(125, 25).cost(1700));
    }

    @Test
    void theCheapestWins() {
        List<Tariff> tariffs = List.of(new FlatTariff(520, 3000), new StepTariff(300, 90));
        assertEquals(300, Postage.cheapest(tariffs, 900));
        assertEquals(520, Postage.cheapest(tariffs, 2900));
        assertEquals(750, Postage.cheapest(tariffs, 3500));
    }

    @Test
    void nobodyTakesIt() {
        List<Tariff> tariffs = List.of(new FlatTariff(520, 3000), new FlatTariff(99, 50));
        assertEquals(-1, Postage.cheapest(tariffs, 4000));
        assertEquals(-1, Postage.cheapest(List.of(), 10));
        assertEquals(99, Postage.cheapest(tariffs, 50));
    }
}
