from journey_assistant.cli import main

main()
