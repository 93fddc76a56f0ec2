def _states(aws):
    name = aws.function("def h(event, context): return 1")
    made = aws.client("lambda").get_function_configuration(FunctionName=name)
    return made["State"]


def test_function_is_active_as_soon_as_it_is_made(emulator):
    assert _states(emulator) == "Active"


def test_function_is_settled_as_soon_as_its_settings_change(emulator):
    name = emulator.function("def h(event, context): return 1")

    emulator.client("lambda").update_function_configuration(FunctionName=name, Timeout=5)

    found = emulator.client("lambda").get_function_configuration(FunctionName=name)
    assert found["LastUpdateStatus"] == "Successful"


def test_stock_emulator_still_keeps_a_new_function_pending(stock):
    assert _states(stock) == "Pending", "local/emulator/patches/functions.py is not needed any more"
