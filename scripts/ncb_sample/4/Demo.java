class AccountTest {
    @Test
    void testDeposit() {
        Account account = new Account("Ada", 0);
        assertEquals(40, account.deposit(40));
        assertEquals(40, account.balance());
    }
}
